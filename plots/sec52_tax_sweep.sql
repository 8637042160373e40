-- The pair's targets at the end, by tax: means over seeds.
SELECT 100 * CAST(substr(variant, 5) AS REAL) AS tax,
       avg(CASE WHEN vm = 'pair-windows' AND metric = 'target_mb' THEN value END) AS windows,
       avg(CASE WHEN vm = 'pair-linux' AND metric = 'target_mb' THEN value END) AS linux,
       avg(CASE WHEN vm = 'pair-windows' AND metric = 'active_mb' THEN value END) AS windows_active,
       avg(CASE WHEN vm = 'pair-linux' AND metric = 'active_mb' THEN value END) AS linux_active
FROM chosen JOIN series USING (run_id)
WHERE variant LIKE 'tax=%' AND t_s BETWEEN 600 AND 700
GROUP BY variant
ORDER BY tax;

-- The set of twenty: the last decision of the run with the smallest seed.
WITH one AS (SELECT run_id FROM chosen WHERE variant = 'vms=20' ORDER BY seed LIMIT 1),
     last AS (SELECT run_id, max(t_s) AS t_s FROM one JOIN decision USING (run_id)),
     number AS (SELECT vm, CAST(substr(vm, 3) AS INTEGER) AS vm_number, active_mb, target_mb, run_id
                FROM last JOIN decision USING (run_id, t_s))
SELECT vm_number, active_mb, target_mb,
       (SELECT value FROM param WHERE param.run_id = number.run_id AND key = 'vm.' || vm || '.min_mb') AS least,
       (SELECT value FROM param WHERE param.run_id = number.run_id AND key = 'vm.' || vm || '.memory_mb') AS most
FROM number
ORDER BY vm_number;

WITH one AS (SELECT run_id FROM chosen WHERE variant = 'vms=20' ORDER BY seed LIMIT 1)
SELECT 'most_vms' AS variable, (SELECT count(*) FROM param JOIN one USING (run_id) WHERE key GLOB 'vm.*.memory_mb' AND key NOT GLOB 'vm.*.*.memory_mb') AS text
UNION ALL SELECT 'set_tax', coalesce((SELECT printf('%g%%', 100 * value) FROM param JOIN one USING (run_id)
                                      WHERE key = 'policy.idle_tax'), '');
