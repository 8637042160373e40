ballast params | grep policy.estimator=example
ballast run fig7_idle_tax --seed 1 --db estimator.db --quiet --set duration_s=120 --set policy.estimators=esx,example --set policy.estimator=example
[ "$(sqlite3 estimator.db "SELECT estimator FROM run")" = example ]
