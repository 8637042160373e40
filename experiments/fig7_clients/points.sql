-- run_id, point, value. Throughput of dbench with a tax of 75% over that with 0, within each run.
SELECT run_id, 'dbench gain, ' || substr(variant, 9) || ' clients',
       100.0 * (avg(CASE WHEN t_s BETWEEN 1920 AND 3600 THEN value END)
                / avg(CASE WHEN t_s BETWEEN 540 AND 1848 THEN value END) - 1)
FROM chosen JOIN series USING (run_id)
WHERE metric = 'throughput' AND vm = 'linux'
GROUP BY run_id, variant;
