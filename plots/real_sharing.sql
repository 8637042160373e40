-- 0: after 30 minutes, as in the paper, and the optimum, in percent of the VMs' memory (128 MB each), mean over the seeds.
SELECT CAST(substr(variant, 5) AS INTEGER) AS vms,
       avg(CASE metric WHEN 'shared_mb' THEN value END) / (1.28 * CAST(substr(variant, 5) AS INTEGER)) AS shared,
       avg(CASE metric WHEN 'saved_mb' THEN value END) / (1.28 * CAST(substr(variant, 5) AS INTEGER)) AS saved,
       avg(CASE metric WHEN 'optimum_shared_mb' THEN value END) / (1.28 * CAST(substr(variant, 5) AS INTEGER)) AS best_shared,
       avg(CASE metric WHEN 'optimum_saved_mb' THEN value END) / (1.28 * CAST(substr(variant, 5) AS INTEGER)) AS best_saved
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND t_s = 1800
GROUP BY variant ORDER BY vms;

-- 1: over time, in percent of the VMs' memory, for one and for four VMs.
SELECT t_s / 60.0 AS minutes,
       avg(CASE WHEN variant = 'vms=1' AND metric = 'saved_mb' THEN value END) / 1.28 AS one,
       avg(CASE WHEN variant = 'vms=1' AND metric = 'optimum_saved_mb' THEN value END) / 1.28 AS best_one,
       avg(CASE WHEN variant = 'vms=2' AND metric = 'saved_mb' THEN value END) / 2.56 AS two,
       avg(CASE WHEN variant = 'vms=2' AND metric = 'optimum_saved_mb' THEN value END) / 2.56 AS best_two,
       avg(CASE WHEN variant = 'vms=4' AND metric = 'saved_mb' THEN value END) / 5.12 AS four,
       avg(CASE WHEN variant = 'vms=4' AND metric = 'optimum_saved_mb' THEN value END) / 5.12 AS best_four
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric IN ('saved_mb', 'optimum_saved_mb')
GROUP BY t_s ORDER BY t_s;

SELECT 'vm_mb' AS variable,
       (SELECT value FROM param WHERE key = 'vm.a1.memory_mb' AND run_id = (SELECT min(run_id) FROM chosen)) AS text
UNION ALL SELECT 'rate', (SELECT value FROM param WHERE key = 'policy.share_scan_vm_pages_s'
                          AND run_id = (SELECT min(run_id) FROM chosen));
