-- One row for each size: throughput of both bars, mean over the seeds.
WITH run_mean AS (
    SELECT substr(variant, 1, instr(variant, '=') - 1) AS how,
           CAST(substr(variant, instr(variant, '=') + 1) AS INTEGER) AS mb, avg(value) AS mb_s
    FROM chosen JOIN series USING (run_id)
    WHERE metric = 'throughput' AND vm = 'linux' AND t_s BETWEEN 110 AND 1200
    GROUP BY run_id)
SELECT mb, avg(CASE WHEN how = 'configured' THEN mb_s END) AS configured,
       avg(CASE WHEN how = 'ballooned' THEN mb_s END) AS ballooned
FROM run_mean
GROUP BY mb
ORDER BY mb;
