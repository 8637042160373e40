-- run_id, point, value: one row for each run and each point of paper.csv. At the end of each run.

WITH at_end AS (SELECT run_id, variant, max(t_s) AS t_s
                FROM chosen JOIN series USING (run_id) GROUP BY run_id),
     memory AS (SELECT run_id, variant, t_s, sum(value) AS mb
                FROM at_end JOIN series USING (run_id, t_s)
                WHERE vm <> '' AND metric = 'alloc_mb' GROUP BY run_id)
SELECT run_id, CASE metric WHEN 'shared_mb' THEN 'shared, ' ELSE 'reclaimed, ' END || variant,
       100 * value / mb
FROM memory JOIN series USING (run_id, t_s)
WHERE vm = '' AND metric IN ('shared_mb', 'saved_mb');

SELECT run_id, 'zero pages, ' || variant, value
FROM chosen JOIN series AS host USING (run_id)
WHERE vm = '' AND metric = 'zero_mb' AND variant <> 'A'
  AND t_s = (SELECT max(t_s) FROM series WHERE run_id = host.run_id);

SELECT run_id, 'VM memory, ' || variant, sum(value)
FROM chosen JOIN series AS vms USING (run_id)
WHERE vm <> '' AND metric = 'alloc_mb'
  AND t_s = (SELECT max(t_s) FROM series WHERE run_id = vms.run_id)
GROUP BY run_id;
