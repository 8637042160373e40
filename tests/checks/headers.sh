#!/bin/sh
# Every header compiles alone and twice: it includes what it needs and guards itself. The policy's
# public header compiles with nothing but the compiler's own headers, as a hypervisor would use it.
#
#     headers.sh [CC]
set -eu
cc=${1:-cc}
flags="-std=c11 -D_GNU_SOURCE -I. -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Werror"
flags="$flags $(pkg-config --cflags gsl sqlite3 yaml-0.1 libxxhash libzstd)"
own=$($cc -print-file-name=include)
total=0
bad=0

for header in $(find sim models workloads traces ballast tests fuzz -name '*.h' | sort); do
    extra=
    case $header in
    models/policy/*) extra="-U_GNU_SOURCE -ffreestanding -nostdinc -isystem $own" ;;
    esac
    total=$((total + 1))
    if ! printf '#include "%s"\n#include "%s"\nint only_here;\n' "$header" "$header" |
        $cc $flags $extra -fsyntax-only -x c -; then
        echo "headers: $header does not compile alone" >&2
        bad=1
    fi
done

[ $bad -eq 0 ] || exit 1
echo "headers: $total compile alone"
