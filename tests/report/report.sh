#!/usr/bin/env bash
# The report in a browser. Each page is looked at in a frame of 390 and of 1400 pixels (Chromium's own window is never narrower than 500),
# on a light and on a dark desktop.
#
#     report.sh              makes small runs, and their pages
#     report.sh FILE.html FIGURES VALUES    a page that is there: so many figures, of which so many show values
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
# shellcheck source=../cli/expect.sh
. tests/cli/expect.sh
small=tests/cli/small.yaml

# browse FILE.html WIDTH DARK FIGURES VALUES: what the checks say. The page stands in a frame of its own text.
browse() {
    local page="$work/page.html" around="$work/around.html"
    {
        sed '/^<head>$/q' "$1"
        echo '<script>window.problems = []; addEventListener("error", e => problems.push(e.message));
            console.error = console.warn = (...what) => problems.push(what.join(" "));</script>'
        sed '1,/^<head>$/d; /^<\/body>$/,$d' "$1"
        echo "<script type=\"application/json\" id=\"expected\">{\"figures\": $4, \"values\": $5, \"dark\": $3}</script>"
        echo '<script>'
        cat "$root/tests/report/check.js"
        echo '</script></body></html>'
    } >"$page"
    {
        printf '<!DOCTYPE html><meta charset="utf-8"><pre id="result">nothing came back</pre><iframe style="border:0" width="%s" height="900" srcdoc="' "$2"
        sed 's/&/\&amp;/g; s/"/\&quot;/g' "$page"
        printf '"></iframe>'
    } >"$around"
    timeout 120 chromium --headless=new --no-sandbox --disable-gpu --user-data-dir="$work/profile" --window-size="$(($2 < 500 ? 500 : $2 + 20)),1000" \
        --blink-settings=preferredColorScheme=$([ "$3" = true ] && echo 0 || echo 1) --virtual-time-budget=5000 \
        --dump-dom "file://$around" 2>/dev/null | tr '\n' '|' | sed 's/.*<pre id="result">\([^<]*\)<\/pre>.*/\1/' | cut -c1-1000
}

look() {
    local width dark
    for width in 390 1400; do
        for dark in false true; do
            equal "$1 at $width pixels, dark $dark" "all hold" "$(browse "$1" "$width" "$dark" "$2" "$3")"
        done
    done
}

if [ $# -eq 3 ]; then
    look "$@"
    finish report
    exit
fi

check "two runs" "$BALLAST" run $small --db "$work/a.db" --quiet
check "their page" "$BALLAST" report $small --db "$work/a.db" -o "$work/a.html"
look "$work/a.html" 2 2

check "a sweep" "$BALLAST" sweep $small --set duration_s=40 --vary policy.idle_tax=0,0.5 --db "$work/b.db" --quiet
check "its page" "$BALLAST" report $small --db "$work/b.db" -o "$work/b.html"
look "$work/b.html" 3 2

# Names that would be markup.
cat >"$work/title" <<'END'
title: "</title><script>hacked=1</script><b data-hacked=\"1\">'\"&amp; </script>"
END
sed -e "/^title:/{r $work/title" -e 'd}' $small >"$work/evil.yaml"
check "a run with a wild title" "$BALLAST" run "$work/evil.yaml" --seed 1 --set duration_s=40 --db "$work/c.db" --quiet
sqlite3 "$work/c.db" "UPDATE run SET variant = '<b data-hacked=1>\"''&</script><script>hacked=1</script>', build = '<b data-hacked=1>', host = '</td><script>hacked=1</script>';
    UPDATE param_value SET value = '<b data-hacked=1>' WHERE key LIKE '%title'; UPDATE decision_curve SET reason = '</script><script>hacked=1</script>' WHERE curve % 2;
    UPDATE decision_curve SET vm = '<b data-hacked=1>' WHERE curve % 3 = 0"
check "its page" "$BALLAST" report "$work/evil.yaml" --db "$work/c.db" -o "$work/c.html"
look "$work/c.html" 2 1

finish report
