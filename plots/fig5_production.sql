-- Means over seeds in % of all VM memory, over hours.
WITH sums AS (
    SELECT variant, t_s, run_id,
           sum(CASE WHEN vm <> '' AND metric = 'alloc_mb' THEN value END) AS memory,
           sum(CASE WHEN vm = '' AND metric = 'shared_mb' THEN value END) AS shared,
           sum(CASE WHEN vm = '' AND metric = 'saved_mb' THEN value END) AS saved
    FROM chosen JOIN series USING (run_id)
    WHERE metric IN ('alloc_mb', 'shared_mb', 'saved_mb') AND t_s > 0
    GROUP BY run_id, t_s)
SELECT t_s / 3600 AS hours,
       100 * avg(CASE WHEN variant = 'A' THEN shared / memory END) AS a_shared,
       100 * avg(CASE WHEN variant = 'A' THEN saved / memory END) AS a_reclaimed,
       100 * avg(CASE WHEN variant = 'B' THEN shared / memory END) AS b_shared,
       100 * avg(CASE WHEN variant = 'B' THEN saved / memory END) AS b_reclaimed,
       100 * avg(CASE WHEN variant = 'C' THEN shared / memory END) AS c_shared,
       100 * avg(CASE WHEN variant = 'C' THEN saved / memory END) AS c_reclaimed
FROM sums
GROUP BY t_s
ORDER BY t_s;

-- The systems by their guests: "A: 10 windows-2000 VMs".
SELECT 'system_' || lower(variant) AS variable,
       variant || ': ' || group_concat(count || ' ' || guest, ', ') || ' VMs' AS text
FROM (SELECT variant, param.value AS guest, count(*) AS count
      FROM (SELECT variant, min(run_id) AS run_id FROM chosen GROUP BY variant) JOIN param USING (run_id)
      WHERE key LIKE 'vm.%.guest' GROUP BY variant, param.value)
GROUP BY variant;
