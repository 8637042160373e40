-- run_id, point, value. Throughput: the work of three runs of dbench, divided by their time.
CREATE TEMP TABLE bar AS
SELECT run_id, seed, variant, substr(variant, 1, instr(variant, '=') - 1) AS how,
       CAST(substr(variant, instr(variant, '=') + 1) AS INTEGER) AS mb, value AS mb_s
FROM chosen JOIN result USING (run_id)
WHERE metric = 'throughput' AND vm = 'linux';

SELECT run_id, how || ' ' || mb || ' MB', mb_s FROM bar WHERE how <> 'compensated';

-- Overhead of ballooning: both bars of one seed.
SELECT b.run_id, 'overhead at ' || mb || ' MB', 100 * (1 - b.mb_s / c.mb_s)
FROM bar b JOIN bar c USING (mb, seed)
WHERE b.how = 'ballooned' AND c.how = 'configured';

-- Does it grow toward 224 MB?
SELECT b.run_id, 'overhead at 128 MB less that at 224 MB', 100 * (d.mb_s / e.mb_s - b.mb_s / c.mb_s)
FROM bar b JOIN bar c USING (seed) JOIN bar d USING (seed) JOIN bar e USING (seed)
WHERE b.variant = 'ballooned=128' AND c.variant = 'configured=128'
  AND d.variant = 'ballooned=224' AND e.variant = 'configured=224';
