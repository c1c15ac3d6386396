// The runtime `js`: one task is one call of the function that a script exports. Merged with quickjs-wasi's quickjs.wasm by build.mjs into a
// WASI command. What can be said in JavaScript is in prelude.js. Built by build-driver; no library is linked.
//
// The engine's stack goes from 1 MB down to 0, and its data begin at 1 MB. The driver's own data and stack lie at the stack's lower end
// (--global-base), which the engine does not reach: JavaScript may use STACK bytes.
#include <stddef.h>
#include <stdint.h>

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define ENGINE(name) __attribute__((import_module("env"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(#name)))

enum { SCRIPT_MODULE = 1, STACK = 96 << 10, ROOT = 3, USAGE = 64, LONGEST_PATH = 1024, CHUNK = 64 << 10 };

typedef struct { const void *data; size_t size; } Part;
typedef struct Handle Handle; // of a value of the engine's, on its heap
typedef int Errno;

WASI(args_sizes_get) Errno args_sizes_get(size_t *count, size_t *bytes);
WASI(args_get) Errno args_get(char **arguments, char *bytes);
WASI(fd_read) Errno fd_read(int fd, Part *parts, size_t count, size_t *done);
WASI(fd_write) Errno fd_write(int fd, Part *parts, size_t count, size_t *done);
WASI(fd_close) Errno fd_close(int fd);
WASI(path_open) Errno path_open(int fd, int lookup, const char *path, size_t size, int open, uint64_t rights, uint64_t inherited, int flags, int *made);
WASI(random_get) Errno random_get(void *bytes, size_t size);
WASI(proc_exit) _Noreturn void proc_exit(int code);

ENGINE(_initialize) void engine_initialize(void);
ENGINE(qjs_init) int qjs_init(void);
ENGINE(qjs_set_max_stack_size) void qjs_set_max_stack_size(size_t bytes);
ENGINE(qjs_set_promise_rejection_handler) void qjs_set_promise_rejection_handler(int on);
ENGINE(qjs_set_module_loader) void qjs_set_module_loader(int on);
ENGINE(qjs_eval) Handle *qjs_eval(const char *text, size_t size, const char *name, int flags);
ENGINE(qjs_call) Handle *qjs_call(Handle *function, Handle *self, int count, Handle **arguments);
ENGINE(qjs_is_exception) int qjs_is_exception(Handle *value);
ENGINE(qjs_get_exception) Handle *qjs_get_exception(void);
ENGINE(qjs_throw) Handle *qjs_throw(Handle *value);
ENGINE(qjs_new_error) Handle *qjs_new_error(void);
ENGINE(qjs_set_prop_string) int qjs_set_prop_string(Handle *object, const char *name, Handle *value);
ENGINE(qjs_new_host_function) Handle *qjs_new_host_function(const char *name, size_t size, int id);
ENGINE(qjs_new_number) Handle *qjs_new_number(double number);
ENGINE(qjs_new_string) Handle *qjs_new_string(const char *text, size_t size);
ENGINE(qjs_new_uint8_array) Handle *qjs_new_uint8_array(const void *bytes, size_t size);
ENGINE(qjs_get_undefined) Handle *qjs_get_undefined(void);
ENGINE(qjs_get_float64) double qjs_get_float64(Handle *value);
ENGINE(qjs_is_string) int qjs_is_string(Handle *value);
ENGINE(qjs_get_string_len) const char *qjs_get_string_len(Handle *value, size_t *size);
ENGINE(qjs_get_typed_array_buffer) Handle *qjs_get_typed_array_buffer(Handle *value, size_t *offset, size_t *size, size_t *element);
ENGINE(qjs_get_array_buffer) const char *qjs_get_array_buffer(Handle *value, size_t *size);
ENGINE(qjs_free_value) void qjs_free_value(Handle *value);
ENGINE(qjs_is_job_pending) int qjs_is_job_pending(void);
ENGINE(qjs_execute_pending_job) int qjs_execute_pending_job(void);
ENGINE(wasm_malloc) void *wasm_malloc(size_t bytes);
ENGINE(wasm_free) void wasm_free(void *bytes);
ENGINE(memcpy) void *memcpy(void *to, const void *from, size_t bytes);
ENGINE(strlen) size_t strlen(const char *text);

static const char prelude[] = {
#include "prelude.inc"
};

enum { RUN, FAIL }; // what the prelude's function is called with first; see there
enum { OPEN = -1 };

static Handle *finish; // the prelude's function
static int code = OPEN, unhandled, seeded, lost;
static Handle *reason;
static uint64_t state;

static void put(int fd, const char *text, size_t size)
{
    while (size > 0) {
        Part part = { text, size };
        size_t done = 0;
        if (fd_write(fd, &part, 1, &done) != 0 || done == 0)
            return;
        text += done, size -= done;
    }
}

static _Noreturn void stop(int exit, const char *text, const char *more)
{
    put(2, text, strlen(text));
    put(2, more, strlen(more));
    put(2, "\n", 1);
    proc_exit(exit);
}

static void *take(size_t bytes)
{
    void *made = wasm_malloc(bytes > 0 ? bytes : 1);
    if (!made)
        stop(1, "InternalError: out of memory", "");
    return made;
}

/// All that a descriptor has, with a zero behind it.
static char *drain(int fd, size_t *size)
{
    size_t room = CHUNK, used = 0;
    char *bytes = take(room + 1);
    for (;;) {
        Part part = { bytes + used, room - used };
        size_t done = 0;
        if (fd_read(fd, &part, 1, &done) != 0 || done == 0)
            break;
        used += done;
        if (used == room) {
            char *larger = take(2 * room + 1);
            memcpy(larger, bytes, used);
            wasm_free(bytes);
            bytes = larger, room *= 2;
        }
    }
    bytes[used] = 0;
    *size = used;
    return bytes;
}

/// A file of the program by its path from the root; null where there is none.
static char *file(const char *path, size_t *size)
{
    int fd;
    while (*path == '/')
        path++;
    if (path_open(ROOT, 1, path, strlen(path), 0, 2 /* fd_read */, 0, 0, &fd) != 0)
        return NULL;
    char *bytes = drain(fd, size);
    fd_close(fd);
    return bytes;
}

/// SplitMix64 (Steele, Lea, Flood, 2014), begun by the task's randomness: the upper 53 bits, from 0 to below 1.
static double next(void)
{
    if (!seeded) {
        random_get(&state, sizeof state);
        seeded = 1;
    }
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static Handle *fail(const char *text, const char *more)
{
    size_t length = strlen(text), rest = strlen(more);
    char *whole = take(length + rest + 1);
    memcpy(whole, text, length);
    memcpy(whole + length, more, rest);
    Handle *error = qjs_new_error();
    qjs_set_prop_string(error, "message", qjs_new_string(whole, length + rest));
    wasm_free(whole);
    qjs_throw(error);
    return NULL;
}

/// Whether these bytes are UTF-8 (RFC 3629).
static int is_text(const unsigned char *at, size_t size)
{
    const unsigned char *end = at + size;
    while (at < end) {
        unsigned c = *at++, more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xF0 && c < 0xF5 ? 3 : 4;
        if (more > (unsigned)(end - at) || more == 4)
            return 0;
        if (more > 0 && ((c == 0xE0 && *at < 0xA0) || (c == 0xED && *at > 0x9F) || (c == 0xF0 && *at < 0x90) || (c == 0xF4 && *at > 0x8F)))
            return 0;
        for (; more > 0; more--)
            if ((*at++ & 0xC0) != 0x80)
                return 0;
    }
    return 1;
}

/// The bytes of a string or a Uint8Array.
static const char *bytes_of(Handle *value, size_t *size)
{
    if (qjs_is_string(value))
        return qjs_get_string_len(value, size);
    size_t offset = 0, whole, element;
    Handle *buffer = qjs_get_typed_array_buffer(value, &offset, size, &element);
    const char *bytes = qjs_get_array_buffer(buffer, &whole);
    qjs_free_value(buffer);
    return bytes ? bytes + offset : "";
}

// What the engine asks its host for. Values in `arguments` stay the engine's.

EXPORT(host_call) Handle *host_call(const char *name, size_t size, Handle *self, int count, Handle **arguments)
{
    size_t length = 0;
    switch (*name) {
    case 'r': // random()
        return qjs_new_number(next());
    case 'w': { // write(descriptor, string or Uint8Array)
        const char *bytes = bytes_of(arguments[1], &length);
        put((int)qjs_get_float64(arguments[0]), bytes, length);
        break;
    }
    case 't': { // text(Uint8Array)
        const char *bytes = bytes_of(arguments[0], &length);
        if (!is_text((const unsigned char *)bytes, length))
            return fail("the input is not UTF-8. For bytes, let the script say: export const input = \"bytes\"", "");
        return qjs_new_string(bytes, length);
    }
    case 'd': // done(exit code)
        code = (int)qjs_get_float64(arguments[0]);
        break;
    }
    return qjs_get_undefined();
}

EXPORT(host_promise_rejection) void host_promise_rejection(Handle *promise, Handle *why, int handled)
{
    unhandled += handled ? -1 : 1;
    qjs_free_value(promise);
    if (handled || reason)
        qjs_free_value(why);
    else
        reason = why;
}

/// `./a.js` and `../a.js` belong to the directory of who asks, all else to the root.
EXPORT(host_module_normalize) char *host_module_normalize(const char *base, const char *name)
{
    size_t length = strlen(name), kept = 0;
    if (*name == '.')
        for (size_t i = 0; base[i]; i++)
            if (base[i] == '/')
                kept = i + 1;
    char *path = take(kept + length + 1);
    memcpy(path, base, kept);
    memcpy(path + kept, name, length + 1);
    size_t to = 0;
    for (size_t from = 0; path[from];) { // one name with the slash behind it at a time
        size_t end = from;
        while (path[end] && path[end] != '/')
            end++;
        size_t size = end - from;
        int up = size == 2 && path[from] == '.' && path[from + 1] == '.';
        if (up) {
            for (to -= to > 0; to > 0 && path[to - 1] != '/'; to--)
                ;
        } else if (size > 0 && !(size == 1 && path[from] == '.')) {
            for (; from < end; from++)
                path[to++] = path[from];
            if (path[end])
                path[to++] = '/';
        }
        from = path[end] ? end + 1 : end;
    }
    path[to] = 0;
    return path;
}

EXPORT(host_module_load) char *host_module_load(const char *name, size_t *size)
{
    char *text = file(name, size);
    return text ? text : (char *)fail("the program has no file ", name);
}

EXPORT(host_interrupt) int host_interrupt(void) { return 0; } // fuel ends what does not end

EXPORT(host_get_timezone_offset) int host_get_timezone_offset(int high, int low) { return 0; } // UTC

/// Brings the engine up to where a task begins. What is in memory then is the module's data: build.mjs calls it once.
EXPORT(prepare) void prepare(void)
{
    engine_initialize();
    qjs_init();
    qjs_set_max_stack_size(STACK);
    qjs_set_promise_rejection_handler(1);
    qjs_set_module_loader(1);
    Handle *setup = qjs_eval(prelude, sizeof prelude - 1, "prelude.js", 0);
    static const char *const names[] = { "random", "write", "text", "done" };
    Handle *hosts[4];
    for (int i = 0; i < 4; i++)
        hosts[i] = qjs_new_host_function(names[i], strlen(names[i]), 0);
    finish = qjs_call(setup, qjs_get_undefined(), 4, hosts);
    if (qjs_is_exception(setup) || qjs_is_exception(finish))
        stop(1, "the prelude failed", "");
}

static void tell(int how, Handle *value, Handle *input)
{
    Handle *arguments[] = { qjs_new_number(how), value, input };
    if (qjs_is_exception(qjs_call(finish, qjs_get_undefined(), 3, arguments)))
        lost = 1;
    while (qjs_is_job_pending())
        if (qjs_execute_pending_job() < 0)
            lost = 1;
}

EXPORT(_start) void start(void)
{
    size_t count, size, length;
    if (!finish)
        prepare();
    args_sizes_get(&count, &size);
    char **arguments = take(count * sizeof(char *)), *texts = take(size);
    args_get(arguments, texts);
    const char *path = count > 1 ? arguments[1] : "main.js";
    char *script = file(path, &length);
    if (!script)
        stop(USAGE, "js: the program has no file ", path);
    char *bytes = drain(0, &size);
    Handle *input = qjs_new_uint8_array(bytes, size);
    wasm_free(bytes);
    Handle *module = qjs_eval(script, length, path, SCRIPT_MODULE);
    if (qjs_is_exception(module))
        tell(FAIL, qjs_get_exception(), input);
    else
        tell(RUN, module, input);
    if (lost) // the prelude catches what a script throws, but for an error that there was no memory to make
        stop(1, "InternalError: out of memory", "");
    if (code == OPEN)
        stop(1, "Error: a promise that the task waits for is never settled: there are no timers, and no I/O.", "");
    if (code == 0 && unhandled > 0)
        tell(FAIL, reason, input);
    if (code != 0)
        proc_exit(code);
}
