-- Mean over the seeds: allocation, estimate and truth of both VMs, and what the busy one reads back from the hypervisor's swap, in
-- MB per minute.
WITH means AS (
    SELECT t_s, vm, metric, avg(value) AS value
    FROM chosen JOIN series USING (run_id)
    WHERE vm <> '' AND metric IN ('alloc_mb', 'active_mb', 'touched_mb', 'swap_in_mb')
    GROUP BY t_s, vm, metric)
SELECT t_s / 60.0 AS minutes,
       max(CASE WHEN vm = 'busy' AND metric = 'alloc_mb' THEN value END) AS busy_alloc,
       max(CASE WHEN vm = 'idle' AND metric = 'alloc_mb' THEN value END) AS idle_alloc,
       max(CASE WHEN vm = 'busy' AND metric = 'active_mb' THEN value END) AS busy_active,
       max(CASE WHEN vm = 'idle' AND metric = 'active_mb' THEN value END) AS idle_active
FROM means GROUP BY t_s ORDER BY t_s;

SELECT max(t_s) / 60.0 AS minutes,
       (max(value) - min(value)) / ((max(t_s) - min(t_s)) / 60.0) AS busy_back
FROM (SELECT t_s, vm, avg(value) AS value FROM chosen JOIN series USING (run_id)
      WHERE vm = 'busy' AND metric = 'swap_in_mb' GROUP BY t_s)
GROUP BY CAST((t_s + 55) / 60 AS INTEGER) ORDER BY minutes;

-- What the panels say of the runs. The tax changes by the schedule, as "1200 s: 0.75", or never.
WITH given AS (SELECT key, value FROM param WHERE run_id = (SELECT min(run_id) FROM chosen)),
     change AS (SELECT CAST(value AS REAL) AS s, CAST(substr(value, instr(value, ':') + 1) AS REAL) AS tax
                FROM given WHERE key LIKE 'schedule.%.policy.idle_tax' ORDER BY 1 LIMIT 1)
SELECT 'tax_before' AS variable,
       printf('tax %g%%', 100 * (SELECT value FROM given WHERE key = 'policy.idle_tax')) AS text
UNION ALL SELECT 'tax_after', printf('tax %g%%', 100 * (SELECT tax FROM change))
UNION ALL SELECT 'change_s', coalesce((SELECT s FROM change), '')
UNION ALL SELECT 'vm_mb', (SELECT value FROM given WHERE key = 'vm.busy.memory_mb');
