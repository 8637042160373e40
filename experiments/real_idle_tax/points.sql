-- run_id, point, value: means over 10 to 20 minutes (tax 0) and 30 to 40 (75%).
DROP TABLE IF EXISTS temp.half;

CREATE TEMP TABLE half AS
SELECT run_id, vm, metric, CASE WHEN t_s <= 1200 THEN 'tax 0' ELSE 'tax 75%' END AS tax,
       avg(value) AS mean, (max(value) - min(value)) / 10 AS per_minute
FROM chosen JOIN series USING (run_id)
WHERE vm <> '' AND (t_s BETWEEN 600 AND 1200 OR t_s BETWEEN 1800 AND 2400)
GROUP BY run_id, vm, metric, tax;

SELECT run_id, vm || ', ' || tax || CASE metric WHEN 'alloc_mb' THEN ': alloc' WHEN 'active_mb' THEN ': estimate' ELSE ': touched' END, mean
FROM half WHERE metric IN ('alloc_mb', 'active_mb', 'touched_mb');

SELECT run_id, vm || ', ' || tax || ': read back', per_minute FROM half WHERE metric = 'swap_in_mb';
