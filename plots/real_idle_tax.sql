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
