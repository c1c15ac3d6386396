#!/usr/bin/env python3
"""Runs a WASI module over inputs by akkacompute-sandbox: sandbox.py SANDBOX MODULE INPUT...

SANDBOX is the published program. Each INPUT is standard input of one task; all run at once on the sandbox's slots.
docs/sandbox.md describes the frames byte by byte. Python's standard library is enough.
"""
import hashlib
import json
import struct
import subprocess
import sys

LIMITS = {"fuel": 10**11, "memoryBytes": 2**28, "outputBytes": 48 * 1024, "stderrBytes": 4096, "fileBytes": 0, "wallClock": 60_000}
ENDS = {1: "exit code {exitCode}", 2: "trap {trap}", 3: "no result, reason {reason}"}


def send(pipe, header, body=b""):
    text = json.dumps(header).encode()
    pipe.write(struct.pack(">II", len(text), len(body)) + text + body)
    pipe.flush()


def receive(pipe):
    lengths = pipe.read(8)
    if len(lengths) < 8:
        sys.exit("The sandbox is gone.")
    header, body = struct.unpack(">II", lengths)
    return json.loads(pipe.read(header)), pipe.read(body)


def main(sandbox, module, *inputs):
    with open(module, "rb") as file:
        code = file.read()
    with subprocess.Popen([sandbox], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        hello, _ = receive(process.stdout)
        print(f"protocol {hello['hello']['protocol']}, admission {hello['hello']['admission']}, {hello['hello']['engine']}")
        send(process.stdin, {"type": "put"}, code)
        kept, _ = receive(process.stdout)
        if kept["type"] != "put":
            sys.exit(kept["why"])
        waiting = list(enumerate(inputs))

        def begin():
            number, text = waiting.pop(0)
            seed = hashlib.sha256(f"task {number}".encode()).hexdigest()
            send(process.stdin, {"type": "run", "id": number, "module": kept["hash"], "seed": seed, "limits": LIMITS}, text.encode())

        # No more at once than it takes: else both sides may wait for the other to read.
        for _ in range(min(hello["hello"]["places"], len(inputs))):
            begin()
        for _ in inputs:
            header, body = receive(process.stdout)
            if header["type"] != "result":
                sys.exit(header["why"])
            result = header["result"]
            output, stderr = body[:result["outputBytes"]], body[result["outputBytes"] + result["listingBytes"]:]
            print(f"{header['id']}: {ENDS[result['kind']].format(**result)}, fuel {result['fuel']}, {output.decode(errors='replace')!r}")
            if stderr:
                print(stderr.decode(errors="replace"), file=sys.stderr)
            if waiting:
                begin()
        process.stdin.close()


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
