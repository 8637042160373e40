ballast run fig7_idle_tax --seed 1 --db device.db --quiet --set duration_s=120 --set machine.swap_device=example
[ "$(sqlite3 device.db "SELECT value FROM param WHERE key = 'machine.swap_device'")" = example ]
