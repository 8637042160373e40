-- The run with the smallest seed: one row for each sample, one column for each curve.
WITH one AS (SELECT run_id FROM chosen ORDER BY seed LIMIT 1)
SELECT t_s / 60 AS minutes,
       max(CASE WHEN vm = 'windows' AND metric = 'alloc_mb' THEN value END) AS windows_alloc,
       max(CASE WHEN vm = 'windows' AND metric = 'active_mb' THEN value END) AS windows_active,
       max(CASE WHEN vm = 'linux' AND metric = 'alloc_mb' THEN value END) AS linux_alloc,
       max(CASE WHEN vm = 'linux' AND metric = 'active_mb' THEN value END) AS linux_active
FROM series JOIN one USING (run_id)
WHERE vm IN ('windows', 'linux') AND metric IN ('alloc_mb', 'active_mb')
GROUP BY t_s
ORDER BY t_s;
