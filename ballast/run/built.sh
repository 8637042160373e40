#!/bin/sh
# Prints the header that program.c is compiled with: the commit, whether a source of the program
# differs from it, and the versions of the libraries. Run from the project's root.
#
#     built.sh PACKAGE...      names of pkg-config
set -eu
sources="Makefile sim models workloads traces ballast"

commit=
dirty=0
# A checkout of this project, not a folder inside the checkout of another one.
if top=$(git rev-parse --show-toplevel 2>/dev/null) && [ "$top" = "$(pwd -P)" ]; then
    commit=$(git rev-parse --short=12 HEAD 2>/dev/null || true)
    # shellcheck disable=SC2086
    if git --no-optional-locks status --porcelain -- $sources |
        grep -qE '(\.[ch]|\.def|\.sh|Makefile)"?$'; then
        dirty=1
    fi
fi
libraries=
for package in "$@"; do
    libraries="$libraries${libraries:+, }$package $(pkg-config --modversion "$package")"
done
printf '#define BUILT_COMMIT "%s"\n#define BUILT_DIRTY %s\n#define BUILT_LIBRARIES "%s"\n' \
    "$commit" "$dirty" "$libraries"
