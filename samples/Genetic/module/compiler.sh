#!/bin/sh
# Says what build.sh would build with.
set -eu
${CLANG:-clang} --version | head -n 1
wasm-ld --version | head -n 1
dpkg-query -W -f '${Package} ${Version}\n' wasi-libc libclang-rt-dev-wasm32 2>/dev/null || echo "wasi-libc of another source"
