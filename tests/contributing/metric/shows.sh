ballast params --metrics | grep example_pages
ballast run sec62_admission --seed 1 --db metric.db --quiet
[ "$(sqlite3 metric.db "SELECT count(*) > 0 FROM series WHERE metric = 'example_pages'")" = 1 ]
[ "$(sqlite3 metric.db "SELECT unit FROM metric WHERE name = 'example_pages'")" = pages ]
