"""Writes the standard library as C: freeze.py LIB OUTPUT.

Compiles each module of LIB that a task can use, and writes it as a table that the interpreter imports from (PyImport_FrozenModules), so that the
runtime is one module without files. Runs under the Python whose bytecode the interpreter reads: the same minor version.
"""
import marshal
import pathlib
import sys

# What needs threads, processes, sockets, windows, a terminal or a C library that is not there; and what is for making Python itself.
LEFT_OUT = {
    "antigravity", "asyncio", "bdb", "cProfile", "cgi", "cgitb", "code", "codeop", "concurrent", "crypt", "ctypes", "curses", "dbm", "distutils",
    "ensurepip", "ftplib", "getpass", "idlelib", "imaplib", "lib2to3", "mailbox", "mailcap", "msilib", "multiprocessing", "nntplib", "ntpath",
    "nturl2path", "pdb", "poplib", "profile", "pstats", "pty", "pydoc", "pydoc_data", "site-packages", "smtpd", "smtplib", "socketserver", "sqlite3",
    "ssl", "subprocess", "telnetlib", "test", "tests", "this", "tkinter", "trace", "tty", "turtle", "turtledemo", "venv", "webbrowser", "wsgiref",
    "xmlrpc", "zipapp", "__phello__", "__hello__", "_aix_support", "_bootsubprocess", "_osx_support", "_sysconfigdata", "py_compile", "compileall",
    "sysconfig", "plat-mac", "urllib.request", "urllib.robotparser", "unittest.test", "__phello__.foo",
}


def modules(lib):
    for path in sorted(lib.rglob("*.py")):
        parts = path.relative_to(lib).with_suffix("").parts
        package = parts[-1] == "__init__"
        names = parts[:-1] if package else parts
        if names and not any(name in LEFT_OUT for name in (*names, ".".join(names))) and names[-1] != "__main__":
            yield ".".join(names), package, path


def main(lib, output):
    table = []
    with open(output, "w", encoding="ascii") as out:
        out.write("#include <Python.h>\n")
        for number, (name, package, path) in enumerate(modules(pathlib.Path(lib))):
            # No docstrings: -OO without leaving out asserts, for programs may say them.
            code = marshal.dumps(compile(path.read_bytes(), f"<frozen {name}>", "exec", dont_inherit=True, optimize=0))
            text = "".join(f"\\{byte:03o}" for byte in code)
            out.write(f'static const unsigned char m{number}[] = "{text}";\n')
            table.append(f'    {{"{name}", m{number}, {len(code)}, {int(package)}, NULL}},\n')
        out.write("const struct _frozen library[] = {\n" + "".join(table) + "    {NULL, NULL, 0, 0, NULL},\n};\n")
    print(f"{len(table)} modules", file=sys.stderr)


main(*sys.argv[1:])
