#!/bin/sh
# Builds genetic.wasm, or the file named as the first argument. Needs clang, wasm-ld and wasi-libc; on Debian:
#   apt-get install clang lld wasi-libc libclang-rt-dev-wasm32
# compiler.txt records what the module in this folder was built with; the same versions give the same bytes.
set -eu
cd "$(dirname "$0")"
out=${1:-genetic.wasm}
${CLANG:-clang} --target=wasm32-wasi -std=c11 -O2 -Wall -Wextra -Werror -fno-math-errno -ffp-contract=off \
    -Wl,--strip-all -Wl,--max-memory=8388608 -Wl,-z,stack-size=65536 -Wl,--stack-first \
    -o "$out" main.c instance.c tour.c eax.c elite.c fail.c
chmod 644 "$out"
if [ "$#" -eq 0 ]; then
    ./compiler.sh > compiler.txt
fi
