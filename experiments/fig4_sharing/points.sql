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

-- Shared less reclaimed is the one copy of each content that is kept.
DROP TABLE IF EXISTS temp.kept;

CREATE TEMP TABLE kept AS
SELECT run_id, seed, variant, sum(CASE metric WHEN 'shared_mb' THEN value ELSE -value END) AS mb
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric IN ('shared_mb', 'saved_mb') AND t_s = 1860 AND variant IN ('vms=2', 'vms=5', 'vms=10')
GROUP BY run_id;

SELECT run_id, 'shared less reclaimed, ' || variant, mb FROM kept;

SELECT ten.run_id, 'shared less reclaimed, from 2 to 10 VMs', ten.mb - two.mb
FROM kept AS ten JOIN kept AS two USING (seed) WHERE ten.variant = 'vms=10' AND two.variant = 'vms=2';

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

-- Sharing on against off, seed by seed: the aggregate over all numbers of VMs, and the number of VMs that loses or gains most.
DROP TABLE IF EXISTS temp.pair;

CREATE TEMP TABLE pair AS
SELECT seed, max(CASE WHEN variant NOT LIKE '%off' THEN run_id END) AS run_id,
       sum(CASE WHEN variant NOT LIKE '%off' THEN value END) AS with_sharing,
       sum(CASE WHEN variant LIKE '%off' THEN value END) AS without
FROM (SELECT seed, run_id, variant, substr(variant || ',', instr(variant, 'vms='), instr(substr(variant || ',', instr(variant, 'vms=')), ',')) AS vms, value
      FROM chosen JOIN result USING (run_id) WHERE metric = 'throughput')
GROUP BY seed, vms;

SELECT min(run_id), 'throughput with sharing against without, mean', 100 * (sum(with_sharing) / sum(without) - 1)
FROM pair GROUP BY seed;

SELECT min(run_id), 'throughput with sharing against without, least', 100 * (min(with_sharing / without) - 1)
FROM pair GROUP BY seed;

SELECT min(run_id), 'throughput with sharing against without, most', 100 * (max(with_sharing / without) - 1)
FROM pair GROUP BY seed;
