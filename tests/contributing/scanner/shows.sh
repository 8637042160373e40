ballast params | grep policy.scanner=example
ballast run fig7_idle_tax --seed 1 --db scanner.db --quiet --set duration_s=120 --set policy.scanner=example
[ "$(sqlite3 scanner.db "SELECT scanner FROM run")" = example ]
