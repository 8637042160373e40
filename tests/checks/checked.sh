#!/bin/sh
# The checks themselves: each must refuse a small tree that breaks its rule.
set -eu
checks=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/sim"
bad=0

# refused CHECK WHAT: the check fails on the tree and names WHAT. Then the tree is empty again.
refused() {
    if "$checks/$1" "$tree" >"$tree.out" 2>&1 || ! grep -q "$2" "$tree.out"; then
        echo "checked: $1 does not refuse: $2" >&2
        bad=1
    fi
    rm -f "$tree.out" "$tree"/sim/*
}

code='int f(int a)\n{\n    int b = a + 1;\n    b += f(b);\n    b += f(b + 2);\n    b -= f(b - 1);\n'
code="$code"'    if (b > a)\n        b = f(a);\n    call(b);\n    call(a);\n    set(a, b);\n    return b;\n}\n'
printf "$code" >"$tree/sim/a.c"
printf "/* Indented otherwise. */\n$code" | sed 's/^  */\t/' >"$tree/sim/b.c"
refused duplicates.sh "sim/b.c:2-13: the same 11 lines stand at sim/a.c:1-12"
printf 'int a;\n#include "models/guest/guest.h"\n' >"$tree/sim/a.c"
refused includes.sh "sim/a.c:2: sim may not include models/guest/guest.h"
for words in '/* TO''DO */' '<<<<<<< HEAD' '/ho''me/me' 'see DE''SIGN' 'at its be''gin' 'int a; '; do
    printf 'int x;\n%s\n' "$words" >"$tree/sim/a.c"
    refused words.sh "sim/a.c:2:"
done
printf 'int x;' >"$tree/sim/a.c"
refused words.sh "sim/a.c"

printf 'int x;\n' >"$tree/sim/a.c"
refused readmes.sh "sim: expected a README.md, found none"
printf 'See [there](nowhere.c).\n' >"$tree/sim/README.md"
refused readmes.sh "sim/README.md: expected a file nowhere.c, found none"

[ $bad -eq 0 ] || exit 1
echo "checked: every check refuses what breaks its rule"
