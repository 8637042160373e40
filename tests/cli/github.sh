#!/usr/bin/env bash
# Runs the steps of contrib/github/ballast.yml that a local machine can run, as a pipeline would: each in
# `bash -e`, in a repository that holds the experiment. Actions (`uses:`) and the installation are left out.
. "$(dirname "$0")/expect.sh"
workflow=$PWD/contrib/github/ballast.yml
repository=$work/repository
mkdir "$repository" "$work/bin"
cp -r contrib/github/office "$repository/"
ln -s "$BALLAST" "$work/bin/ballast"
export PATH=$work/bin:$PATH

# script NAME: the commands of a step.
script() {
    awk -v name="$1" '
        /^ *- / { inside = $0 ~ "^ *- name: " name "$"; running = 0 }
        inside && /^ *run: \|$/ { running = 1; next }
        running && /^          / { print substr($0, 11); next }
        running && NF { running = 0 }' "$workflow"
}

# step STATUS NAME
step() {
    script "$2" >"$work/step"
    [ -s "$work/step" ] || fail "$workflow: expected a step '$2' with commands, found none"
    (cd "$repository" && eval "$(sed -n 's/^  \([A-Z]*\): \([^ ]*\).*/export \1=\2/p' "$workflow")" &&
        bash -e "$work/step") >"$work/out" 2>"$work/err"
    equal "the step '$2' exits with" "$1" $?
}

equal "the steps" "Install Ballast|Run|Judge|Keep runs and verdicts" \
    "$(sed -n 's/^ *- name: //p' "$workflow" | paste -sd'|')"
script "Install Ballast" >"$work/install"
check "the installation is a script" bash -n "$work/install"
for target in $(grep -oE '(deps|install) ' "$work/install" | sort -u); do
    check "make has the target $target" make -n "$target" NO_INSTALL=1 PREFIX="$work/usr"
done
step 0 Run
step 0 Judge
equal "all expectations hold" 'failures="0"' "$(grep -o 'failures="[0-9]*"' "$repository/verdicts.xml" | head -1)"
sed -i 's/,86 +-5%/,40 +-5%/' "$repository/office/expect.csv"
step 1 Judge
equal "a miss fails the job and is kept" 'failures="1"' \
    "$(grep -o 'failures="[0-9]*"' "$repository/verdicts.xml" | head -1)"
for file in $(sed -n '/path: |/,$p' "$workflow" | tail -n +2); do
    check "the job keeps $file" test -s "$repository/$file"
done
finish "github"
