// The runtime `ruby`: one task is one run of a script. Merged with ruby+stdlib.wasm of npm's @ruby/3.4-wasm-wasi by build.mjs into a WASI command,
// in which the interpreter is ready. What can be said in Ruby is in prelude.rb. Built by build-driver; no library is linked.
//
// The interpreter's stack goes from 16 MB down to 0. The driver's own data and stack lie at its lower end (--global-base), which it does not reach.
#include <stddef.h>
#include <stdint.h>

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define RUBY(name) __attribute__((import_module("env"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(#name)))

typedef struct { char *at; size_t size; } Text;
typedef struct { uint32_t value; int32_t state; } Evaluated; // a handle, and what was thrown
typedef int Errno;

WASI(args_sizes_get) Errno args_sizes_get(size_t *count, size_t *bytes);
WASI(args_get) Errno args_get(char **each, char *bytes);
WASI(environ_sizes_get) Errno environ_sizes_get(size_t *count, size_t *bytes);
WASI(environ_get) Errno environ_get(char **each, char *bytes);
WASI(proc_exit) _Noreturn void proc_exit(int code);

RUBY("_initialize") void ruby_initialize(void);
RUBY("ruby-init: func(args: list<string>) -> ()") void ruby_init(Text *arguments, size_t count);
RUBY("rb-eval-string-protect: func(str: string) -> tuple<handle<rb-abi-value>, s32>") Evaluated *ruby_eval(char *text, size_t size);
RUBY("cabi_realloc") void *ruby_realloc(void *old, size_t before, size_t align, size_t size);

static const char prelude[] = {
#include "prelude.inc"
};

static int ready;

enum { FAULT = 70 };

/// Memory of the interpreter's heap: what is handed over to it is its own from then on.
static char *take(size_t size)
{
    char *made = ruby_realloc(NULL, 0, 1, size > 0 ? size : 1);
    if (!made)
        proc_exit(FAULT);
    return made;
}

static size_t copy(char *to, const char *from)
{
    size_t size = 0;
    for (; from[size]; size++)
        to[size] = from[size];
    return size;
}

static Text text(const char *from)
{
    size_t size = 0;
    while (from[size])
        size++;
    Text made = { take(size + 1), size };
    copy(made.at, from);
    made.at[size] = 0;
    return made;
}

/// Brings the interpreter up to where a task begins. What is in memory then is the module's data: build.mjs calls it once.
EXPORT(prepare) void prepare(void)
{
    ruby_initialize();
    // syntax_suggest runs a script that does not parse once more, in a thread, and WASI has none.
    static const char *const options[] = { "ruby", "-EUTF-8", "--disable=syntax_suggest", "-e_=0" };
    enum { COUNT = sizeof options / sizeof *options };
    Text *arguments = (Text *)ruby_realloc(NULL, 0, 4, COUNT * sizeof *arguments);
    for (int i = 0; i < COUNT; i++) {
        arguments[i] = text(options[i]);
        arguments[i].size++; // each ends with a zero
    }
    ruby_init(arguments, COUNT);
    Text code = text(prelude);
    if (ruby_eval(code.at, code.size)->state != 0)
        __builtin_trap();
    ready = 1;
}

static char *hex(char *to, const char *from)
{
    static const char digits[] = "0123456789abcdef";
    for (; *from; from++) {
        *to++ = digits[(unsigned char)*from >> 4];
        *to++ = digits[*from & 15];
    }
    return to;
}

/// The texts that the host has, in hexadecimal digits, each with a comma behind it.
static char *texts(char *to, size_t count, char **each)
{
    for (size_t i = 0; i < count; i++) {
        to = hex(to, each[i]);
        *to++ = ',';
    }
    return to;
}

EXPORT(_start) void start(void)
{
    if (!ready)
        prepare();
    size_t arguments, bytes, variables, more;
    args_sizes_get(&arguments, &bytes);
    environ_sizes_get(&variables, &more);
    char **each = (char **)ruby_realloc(NULL, 0, 4, (arguments + variables + 1) * sizeof *each), *all = take(bytes + more + 1);
    args_get(each, all);
    environ_get(each + arguments, all + bytes);
    char *code = take(2 * (bytes + more) + 64), *at = code;
    at += copy(at, "AkkaCompute.run('");
    at = texts(at, arguments, each);
    at += copy(at, "','");
    at = texts(at, variables, each + arguments);
    at += copy(at, "')");
    *at = 0;
    ruby_eval(code, (size_t)(at - code));
    proc_exit(FAULT); // the prelude ends the task
}
