-- The first statement makes a table, and is a block without data. Then one row for each size: throughput
-- of both bars, mean over the seeds, with half of its 95% interval; and the overhead of ballooning.
-- The overhead takes both bars of one seed.
CREATE TEMP TABLE bar AS
SELECT seed, substr(variant, 1, instr(variant, '=') - 1) AS how,
       CAST(substr(variant, instr(variant, '=') + 1) AS INTEGER) AS mb, value AS mb_s
FROM chosen JOIN result USING (run_id)
WHERE metric = 'throughput' AND vm = 'linux';

SELECT mb, avg(mb_s) AS mb_s, half95(mb_s) AS half FROM bar WHERE how = 'configured' GROUP BY mb ORDER BY mb;

SELECT mb, avg(mb_s) AS mb_s, half95(mb_s) AS half FROM bar WHERE how = 'ballooned' GROUP BY mb ORDER BY mb;

SELECT mb, avg(pct) AS pct, half95(pct) AS half
FROM (SELECT mb, 100 * (1 - b.mb_s / c.mb_s) AS pct
      FROM bar b JOIN bar c USING (mb, seed) WHERE b.how = 'ballooned' AND c.how = 'configured')
GROUP BY mb ORDER BY mb;

SELECT 'load_text' AS variable,
       coalesce((SELECT value || ' clients' FROM param WHERE key = 'vm.linux.dbench.clients'
                 AND run_id = (SELECT min(run_id) FROM chosen)), '') AS text
UNION ALL SELECT 'whole',
       (SELECT value FROM param JOIN chosen USING (run_id)
        WHERE key = 'vm.linux.memory_mb' AND variant LIKE 'ballooned=%' LIMIT 1);
