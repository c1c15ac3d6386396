# Run once, when the runtime is built. Nothing here may ask for the time or for chance.
module AkkaCompute
  USAGE = 64

  def self.texts(list) = list.split(",").map { |hex| [hex].pack("H*").force_encoding(Encoding::UTF_8) }

  # Runs the script that the first argument names, main.rb unless it does, and ends the task.
  def self.run(arguments, environment)
    texts(environment).each { |text| ENV.store(*text.split("=", 2)) }
    arguments = texts(arguments).drop(1)
    path = arguments.shift || "main.rb"
    ARGV.replace(arguments)
    path = File.expand_path(path, "/")
    $0 = path
    $LOAD_PATH.unshift(File.dirname(path))
    srand(Random.urandom(8).unpack1("Q"))
    end_with(code_of(path))
  end

  def self.code_of(path)
    unless File.file?(path)
      $stderr.write("ruby: the program has no file #{path}\n")
      return USAGE
    end
    load path
    0
  rescue SystemExit => e
    e.status
  rescue Exception => e # whatever a script throws ends it
    $stderr.write(explain(e))
    1
  end

  def self.explain(error)
    error.full_message(highlight: false, order: :top)
  rescue Exception => e # a message of the script's own that throws
    "#{error.class}, and its message threw #{e.class}\n"
  end

  def self.end_with(code)
    $stdout.flush
    $stderr.flush
    exit!(code)
  end

  private_class_method :texts, :code_of, :explain, :end_with
end
