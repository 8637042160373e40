#!/usr/bin/env bash
# Completion for shells: what bash offers for command lines, asked as bash asks; that zsh takes its script.
. "$(dirname "$0")/expect.sh"
mkdir "$work/bin"
ln -s "$BALLAST" "$work/bin/ballast"
export PATH=$work/bin:$PATH
expect 2 "--completion: expected bash or zsh, found 'fish'" "$BALLAST" help --completion fish
check "the script for bash" "$BALLAST" help --completion bash
cp "$work/out" "$work/ballast.bash"
check "the script for zsh" "$BALLAST" help --completion zsh
cp "$work/out" "$work/_ballast"
check "bash reads it" bash -n "$work/ballast.bash"

# offers WORD...: what bash offers for the last word, in one line. bash cuts words at '=', as readline does.
offers() {
    bash --norc -c '. "$1" && shift && COMP_WORDS=(ballast "$@") COMP_CWORD=$# && _ballast && printf "%s\n" "${COMPREPLY[@]}"' \
        bash "$work/ballast.bash" "$@" 2>"$work/err" | sort | paste -sd' '
    [ ! -s "$work/err" ] || fail "completing $*: $(head -3 "$work/err")"
}

equal "bash calls it" "complete -F _ballast ballast" "$(bash --norc -c ". $work/ballast.bash; complete -p ballast")"
equal "a command" "sweep" "$(offers sw)"
equal "all commands" "$("$BALLAST" help | awk '/^  [a-z]/ && $1 != "ballast" { print $1 }' | cat - <(printf -- '--help\n--version\n') | sort | paste -sd' ')" \
    "$(offers "")"
equal "a part" "convert" "$(offers trace con)"
equal "the command of help" "verify" "$(offers help ver)"
equal "an option" "--seed --set" "$(offers run fig7_idle_tax --se)"
equal "an option of a part" "--page-bytes --pagemap" "$(offers trace convert --page)"
equal "the words of an option" "pdf png" "$(offers plot --format p)"
equal "the words of an option behind =" "pdf png" "$(offers plot --format = p)"
equal "an experiment" "fig7_idle_tax" "$(offers run fig7)"
equal "a folder on the way to a file" "tests/" "$(offers run tes)"
equal "a file in YAML" "tests/cli/small.yaml" "$(offers run tests/cli/sm)"
equal "a key of the experiment" "vm.busy.share_salt= vm.busy.shares=" "$(offers run --seed 1 tests/cli/small.yaml --set vm.busy.sh)"
equal "a key of the policy where no experiment is named" "policy.idle_tax=" "$(offers sweep --vary policy.idle_t)"
equal "a VM of the experiment" "busy idle" "$(offers show tests/cli/small.yaml --vm "")"
equal "a metric" "swap_out_mb" "$(offers compare --only swap_o)"
equal "nothing behind a key" "" "$(offers run tests/cli/small.yaml --set policy.idle_tax = 0)"
equal "nothing for a number" "" "$(offers run --seed "")"
equal "a file of an option" "tests/cli/small.yaml" "$(offers run x --db tests/cli/small.y)"
equal "a folder of an option" "tests" "$(offers plot --out tes)"
equal "files of trace" "tests/cli/small.yaml" "$(offers trace info tests/cli/small.y)"
equal "nothing for a command without operands" "" "$(offers list x)"
equal "nothing for an unknown command" "" "$(offers nothing x)"
for command in $(offers "" | tr ' ' '\n' | grep -v '^--'); do
    "$BALLAST" help "$command" | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u >"$work/options"
    equal "every option of $command" "" \
        "$(offers "$command" -- | tr ' ' '\n' | sort | comm -23 "$work/options" -)"
done
if command -v zsh >/dev/null; then
    check "zsh reads it" zsh -n "$work/_ballast"
    equal "zsh calls it" "_ballast" \
        "$(zsh -f -c "fpath=($work \$fpath); autoload -Uz compinit; compinit -u -D; echo \$_comps[ballast]" 2>&1)"
    equal "zsh loads it" "" "$(zsh -f -c "fpath=($work \$fpath); autoload -Uz +X _ballast" 2>&1)"
fi
finish "completion"
