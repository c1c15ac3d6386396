# Run once, when the runtime is built. What is imported here is ready in every task; nothing of it may ask for the time or for chance.
import builtins, collections, functools, io, itertools, json, math, operator, os, re, struct, sys, traceback  # noqa: E401


def run(arguments, environment):
    """Runs the script that the first argument names, main.py unless it does; gives the exit code."""
    for text in environment:
        name, _, value = text.partition("=")
        os.environ[name] = value
    sys.argv = arguments[1:] or ["main.py"]
    main = type(sys)("__main__")
    main.__builtins__ = builtins
    main.__file__ = os.path.join("/", sys.argv[0])
    sys.modules["__main__"] = main
    sys.path[:] = [os.path.dirname(main.__file__), "/"] if os.path.dirname(main.__file__) != "/" else ["/"]
    code = 0
    try:
        try:
            with open(main.__file__, "rb") as file:
                source = file.read()
        except OSError as missing:
            print(f"python: the program has no file {sys.argv[0]}: {missing.strerror}", file=sys.stderr)
            code = 64
        else:
            exec(compile(source, main.__file__, "exec", dont_inherit=True), main.__dict__)
    except SystemExit as end:
        code = end.code
        if code is None:
            code = 0
        elif not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
    except BaseException as error:
        # Without the frame of this function.
        traceback.print_exception(type(error), error, error.__traceback__.tb_next)
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or 120  # as the interpreter has it
    return code & 0xFFFFFFFF
