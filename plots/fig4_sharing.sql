-- Means over seeds at the end: one row for each number of VMs.
SELECT CAST(substr(variant, 5) AS INTEGER) AS vms,
       avg(CASE WHEN vm <> '' AND metric = 'alloc_mb' THEN value END) * CAST(substr(variant, 5) AS INTEGER) AS memory,
       avg(CASE WHEN vm = '' AND metric = 'shared_mb' THEN value END) AS shared,
       avg(CASE WHEN vm = '' AND metric = 'saved_mb' THEN value END) AS reclaimed,
       avg(CASE WHEN vm = '' AND metric = 'zero_mb' THEN value END) AS zero
FROM chosen JOIN series USING (run_id)
WHERE t_s = (SELECT max(t_s) FROM series WHERE run_id = (SELECT min(run_id) FROM chosen)) AND variant NOT LIKE '%off'
GROUP BY variant
ORDER BY vms;

-- What the scanner has found of all that it will find, over minutes from the workload's start on.
SELECT t_s / 60 - 1 AS minutes,
       100 * avg(CASE WHEN variant = 'vms=1' THEN value / last END) AS one,
       100 * avg(CASE WHEN variant = 'vms=10' THEN value / last END) AS ten
FROM (SELECT t_s, variant, value,
             last_value(value) OVER (PARTITION BY run_id ORDER BY t_s
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last
      FROM chosen JOIN series USING (run_id)
      WHERE vm = '' AND metric = 'zero_mb' AND variant IN ('vms=1', 'vms=10'))
WHERE t_s >= 60
GROUP BY t_s
ORDER BY t_s;

WITH given AS (SELECT key, value FROM param WHERE run_id = (SELECT min(run_id) FROM chosen))
SELECT 'vm_mb' AS variable, (SELECT value FROM given WHERE key = 'vm.vm1.memory_mb') AS text
UNION ALL SELECT 'rate_vm', (SELECT value FROM given WHERE key = 'policy.share_scan_vm_pages_s')
UNION ALL SELECT 'rate_all', (SELECT value FROM given WHERE key = 'policy.share_scan_total_pages_s')
UNION ALL SELECT 'minutes_run', (SELECT printf('%g', (SELECT value FROM given WHERE key = 'duration_s') / 60.0 - 1));
