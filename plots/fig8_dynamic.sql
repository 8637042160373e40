-- The run with the smallest seed: one row for each sample, one column for each curve.
WITH one AS (SELECT run_id FROM chosen ORDER BY seed LIMIT 1)
SELECT t_s / 60 AS minutes,
       max(CASE WHEN vm = '' AND metric = 'state' THEN value END) AS state,
       sum(CASE WHEN vm <> '' AND metric = 'alloc_mb' THEN value END) AS all_alloc,
       sum(CASE WHEN vm <> '' AND metric = 'active_mb' THEN value END) AS all_active,
       sum(CASE WHEN vm <> '' AND metric = 'balloon_mb' THEN value END) AS all_balloon,
       max(CASE WHEN vm = '' AND metric = 'shared_mb' THEN value END) AS all_shared,
       max(CASE WHEN vm = 'citrix_server' AND metric = 'alloc_mb' THEN value END) AS citrix_alloc,
       max(CASE WHEN vm = 'citrix_server' AND metric = 'active_mb' THEN value END) AS citrix_active,
       max(CASE WHEN vm = 'citrix_server' AND metric = 'balloon_mb' THEN value END) AS citrix_balloon,
       max(CASE WHEN vm = 'sql_server' AND metric = 'alloc_mb' THEN value END) AS sql_alloc,
       max(CASE WHEN vm = 'sql_server' AND metric = 'active_mb' THEN value END) AS sql_active,
       max(CASE WHEN vm = 'sql_server' AND metric = 'balloon_mb' THEN value END) AS sql_balloon
FROM series JOIN one USING (run_id)
WHERE metric IN ('state', 'alloc_mb', 'active_mb', 'balloon_mb', 'shared_mb')
GROUP BY t_s
ORDER BY t_s;

SELECT 'citrix_mb' AS variable,
       (SELECT value FROM param WHERE key = 'vm.citrix_server.memory_mb'
        AND run_id = (SELECT run_id FROM chosen ORDER BY seed LIMIT 1)) AS text
UNION ALL SELECT 'sql_mb',
       (SELECT value FROM param WHERE key = 'vm.sql_server.memory_mb'
        AND run_id = (SELECT run_id FROM chosen ORDER BY seed LIMIT 1));
