-- run_id, point, value: one row for each run and each point of paper.csv. At the end of each run.

DROP TABLE IF EXISTS temp.at_end;

CREATE TEMP TABLE at_end AS
SELECT run_id, variant, vm, metric, value
FROM (SELECT run_id, variant, max(t_s) AS t_s FROM chosen JOIN series USING (run_id) GROUP BY run_id)
     JOIN series USING (run_id, t_s)
WHERE metric IN ('alloc_mb', 'shared_mb', 'saved_mb', 'zero_mb');

SELECT run_id, CASE metric WHEN 'shared_mb' THEN 'shared, ' ELSE 'reclaimed, ' END || variant,
       100 * value / (SELECT sum(value) FROM at_end AS vms
                      WHERE vms.run_id = host.run_id AND vm <> '' AND metric = 'alloc_mb')
FROM at_end AS host
WHERE vm = '' AND metric IN ('shared_mb', 'saved_mb');

SELECT run_id, 'zero pages, ' || variant, value
FROM at_end
WHERE vm = '' AND metric = 'zero_mb' AND variant <> 'A';

SELECT run_id, 'VM memory, ' || variant, sum(value)
FROM at_end
WHERE vm <> '' AND metric = 'alloc_mb'
GROUP BY run_id;
