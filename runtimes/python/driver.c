// The runtime `python`: one task is one run of a script. Linked with CPython's library and the frozen standard library (freeze.py) into a WASI
// command, in which the interpreter is ready: `prepare` is called once, when the runtime is built.
#include <Python.h>
#include <stdlib.h>
#include <wasi/api.h>

#define EXPORT(name) __attribute__((export_name(#name)))

extern const struct _frozen library[];
void _initialize(void); // the linker's: it calls what is run before main

static const char prelude[] = {
#include "prelude.inc"
};

static PyObject *run; // the prelude's function

static _Noreturn void fail(const char *what)
{
    if (PyErr_Occurred())
        PyErr_Print();
    fprintf(stderr, "python: %s\n", what);
    _Exit(70);
}

static void must(PyStatus status)
{
    if (PyStatus_Exception(status))
        fail(status.err_msg ? status.err_msg : "not started");
}

EXPORT(prepare) void prepare(void)
{
    _initialize();
    PyPreConfig before;
    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1;
    must(Py_PreInitialize(&before));
    PyImport_FrozenModules = library;
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    // The same in every task and on every worker.
    config.use_hash_seed = 1;
    config.hash_seed = 0;
    config.site_import = 0;
    config.write_bytecode = 0;
    config.install_signal_handlers = 0;
    config.pathconfig_warnings = 0;
    config.module_search_paths_set = 1;
    must(PyWideStringList_Append(&config.module_search_paths, L"/"));
    must(PyConfig_SetString(&config, &config.program_name, L"python"));
    must(PyConfig_SetString(&config, &config.executable, L""));
    must(PyConfig_SetString(&config, &config.prefix, L"/"));
    must(PyConfig_SetString(&config, &config.exec_prefix, L"/"));
    must(PyConfig_SetString(&config, &config.home, L"/"));
    must(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    PyObject *module = PyImport_AddModule("_akkacompute"), *names = PyModule_GetDict(module);
    PyObject *done = PyRun_String(prelude, Py_file_input, names, names);
    run = PyDict_GetItemString(names, "run");
    if (!done || !run)
        fail("the prelude failed");
    Py_DECREF(done);
}

/// The texts that the host has, as a list.
static PyObject *texts(int environment)
{
    size_t count = 0, size = 0;
    if (environment ? __wasi_environ_sizes_get(&count, &size) : __wasi_args_sizes_get(&count, &size))
        fail("no arguments");
    uint8_t **each = malloc((count + 1) * sizeof *each), *bytes = malloc(size + 1);
    if (!each || !bytes || (environment ? __wasi_environ_get(each, bytes) : __wasi_args_get(each, bytes)))
        fail("no arguments");
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < count; i++) {
        PyObject *text = PyUnicode_DecodeFSDefault((char *)each[i]);
        if (!text || PyList_Append(list, text))
            fail("arguments that are no text");
        Py_DECREF(text);
    }
    free(each);
    free(bytes);
    return list ? list : PyErr_NoMemory();
}

EXPORT(_start) void start(void)
{
    if (!run)
        prepare();
    PyObject *code = PyObject_CallFunction(run, "NN", texts(0), texts(1));
    if (!code)
        fail("the script was not run");
    long exit = PyLong_AsLong(code);
    __wasi_proc_exit((__wasi_exitcode_t)exit);
}
