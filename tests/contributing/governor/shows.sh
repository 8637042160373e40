ballast params | grep policy.governor=example
ballast run fig7_idle_tax --seed 1 --db governor.db --quiet --set duration_s=120 --set policy.governor=example
[ "$(sqlite3 governor.db "SELECT governor FROM run")" = example ]
