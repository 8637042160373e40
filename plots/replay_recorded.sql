-- 0: four VMs, 500 pages/s scanned per VM: one row for each sample.
SELECT t_s / 60 AS minutes,
       max(CASE WHEN metric = 'shared_mb' THEN value END) AS shared,
       max(CASE WHEN metric = 'saved_mb' THEN value END) AS saved,
       max(CASE WHEN metric = 'zero_mb' THEN value END) AS zero,
       max(CASE WHEN metric = 'self_saved_mb' THEN value END) AS self,
       max(CASE WHEN metric = 'inter_saved_mb' THEN value END) AS inter,
       max(CASE WHEN metric = 'optimum_shared_mb' THEN value END) AS best_shared,
       max(CASE WHEN metric = 'optimum_saved_mb' THEN value END) AS best_saved
FROM series JOIN chosen USING (run_id)
WHERE variant = 'vms=4' AND vm = '' AND seed = (SELECT min(seed) FROM chosen)
GROUP BY t_s
ORDER BY t_s;

-- 1: the same at 50 pages/s.
SELECT t_s / 60 AS minutes,
       max(CASE WHEN metric = 'shared_mb' THEN value END) AS shared,
       max(CASE WHEN metric = 'saved_mb' THEN value END) AS saved,
       max(CASE WHEN metric = 'zero_mb' THEN value END) AS zero,
       max(CASE WHEN metric = 'self_saved_mb' THEN value END) AS self,
       max(CASE WHEN metric = 'inter_saved_mb' THEN value END) AS inter,
       max(CASE WHEN metric = 'optimum_shared_mb' THEN value END) AS best_shared,
       max(CASE WHEN metric = 'optimum_saved_mb' THEN value END) AS best_saved
FROM series JOIN chosen USING (run_id)
WHERE variant = 'vms=4,scan=50' AND vm = '' AND seed = (SELECT min(seed) FROM chosen)
GROUP BY t_s
ORDER BY t_s;

-- 2: at the end, in percent of the VMs' memory (128 MB each), by the number of VMs.
SELECT CAST(substr(variant, 5) AS INTEGER) AS vms,
       avg(CASE WHEN metric = 'shared_pages' THEN value END)
           / (CAST(substr(variant, 5) AS INTEGER) * 327.68) AS shared,
       avg(CASE WHEN metric = 'saved_pages' THEN value END)
           / (CAST(substr(variant, 5) AS INTEGER) * 327.68) AS saved,
       avg(CASE WHEN metric = 'zero_saved_pages' THEN value END)
           / (CAST(substr(variant, 5) AS INTEGER) * 327.68) AS zero
FROM result JOIN chosen USING (run_id)
WHERE variant GLOB 'vms=[1-4]' AND vm = ''
GROUP BY variant
ORDER BY vms;

WITH given AS (SELECT variant, key, value FROM param JOIN chosen USING (run_id))
SELECT 'rate_fast' AS variable,
       coalesce((SELECT value FROM given WHERE key = 'policy.share_scan_vm_pages_s' AND variant = 'vms=4' LIMIT 1), '') AS text
UNION ALL SELECT 'rate_slow',
       coalesce((SELECT value FROM given WHERE key = 'policy.share_scan_vm_pages_s' AND variant = 'vms=4,scan=50' LIMIT 1), '')
UNION ALL SELECT 'minutes_fast',
       coalesce((SELECT value / 60.0 FROM given WHERE key = 'duration_s' AND variant = 'vms=4' LIMIT 1), 1)
UNION ALL SELECT 'minutes_slow',
       coalesce((SELECT value / 60.0 FROM given WHERE key = 'duration_s' AND variant = 'vms=4,scan=50' LIMIT 1), 1);
