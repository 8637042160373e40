-- run_id, point, value: one row for each run and each point of paper.csv.
-- The workload starts at 60 s; 30 minutes later is 1,860 s, the end of the run.

SELECT run_id, CASE metric WHEN 'shared_mb' THEN 'shared, ' ELSE 'reclaimed, ' END || variant,
       100 * value / (SELECT sum(value) FROM series AS vm_memory
                      WHERE vm_memory.run_id = host.run_id AND vm_memory.t_s = host.t_s
                        AND vm <> '' AND metric = 'alloc_mb')
FROM chosen JOIN series AS host USING (run_id)
WHERE vm = '' AND metric IN ('shared_mb', 'saved_mb') AND t_s = 1860
  AND variant NOT LIKE '%off';

SELECT run_id, 'zero pages, ' || variant, value
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'zero_mb' AND t_s = 1860
  AND variant IN ('vms=1', 'vms=2', 'vms=5', 'vms=10');

-- A zero page is shared the first time that it is looked at. If a share c of them has been found t s
-- after they were there, the time constant is t / -ln(1 - c).
SELECT run_id, 'coverage, time constant, ' || variant,
       120 / -ln(1 - max(CASE WHEN t_s = 180 THEN value END) / max(CASE WHEN t_s = 1860 THEN value END))
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'zero_mb' AND variant IN ('vms=1', 'vms=10')
GROUP BY run_id;

SELECT run_id, 'CPU of scanning, ' || variant, value
FROM chosen JOIN result USING (run_id)
WHERE metric = 'scan_cycles_pct' AND variant IN ('vms=1', 'vms=10');

-- Aggregate over all numbers of VMs, sharing on against off, seed by seed.
SELECT max(CASE WHEN variant = 'vms=1' THEN run_id END), 'throughput with sharing against without',
       100 * (sum(CASE WHEN variant NOT LIKE '%off' THEN value END)
              / sum(CASE WHEN variant LIKE '%off' THEN value END) - 1)
FROM chosen JOIN result USING (run_id)
WHERE metric = 'throughput'
GROUP BY seed;
