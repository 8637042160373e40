#!/bin/sh
# What fuzzing needs beyond `make deps`: clang with its sanitizers and libFuzzer.
set -eu

if ! printf 'int LLVMFuzzerTestOneInput(void);\nint LLVMFuzzerTestOneInput(void) { return 0; }\n' |
    clang -fsanitize=fuzzer,address,undefined -x c -o /dev/null - 2>/dev/null; then
    echo "fuzz: expected clang with libFuzzer and the sanitizers; on Debian 12:" \
        "apt-get install clang libclang-rt-14-dev" >&2
    exit 1
fi
