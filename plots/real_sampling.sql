-- For each VM and period two blocks: mean over the seeds and the band from the 2.5 to the 97.5 percentile of the estimate; then the
-- truth, the pages touched in each period, at its end. The two tables come first, as blocks without data.
CREATE TEMP TABLE estimate AS
SELECT variant, vm, t_s / 60.0 AS minutes, avg(value) AS mean,
       max(CASE WHEN nth = (runs * 25 + 999) / 1000 THEN value END) AS low,
       max(CASE WHEN nth = (runs * 975 + 999) / 1000 THEN value END) AS high
FROM (SELECT *, row_number() OVER (PARTITION BY variant, vm, t_s ORDER BY value) AS nth,
             count(*) OVER (PARTITION BY variant, vm, t_s) AS runs
      FROM chosen JOIN series USING (run_id)
      WHERE vm <> '' AND metric = 'active_mb' AND t_s > 0)
GROUP BY variant, vm, t_s;

CREATE TEMP TABLE truth AS
SELECT variant, vm, t_s / 60.0 AS minutes, avg(value) AS touched
FROM chosen JOIN series USING (run_id)
WHERE metric = 'touched_mb' AND t_s % CAST(substr(variant, 8) AS INTEGER) = 0
GROUP BY variant, vm, t_s;

SELECT minutes, mean, low, high FROM estimate WHERE vm = 't1' AND variant = 'period=30' ORDER BY minutes;
SELECT minutes, touched FROM truth WHERE vm = 't1' AND variant = 'period=30' ORDER BY minutes;

SELECT minutes, mean, low, high FROM estimate WHERE vm = 't1' AND variant = 'period=5' ORDER BY minutes;
SELECT minutes, touched FROM truth WHERE vm = 't1' AND variant = 'period=5' ORDER BY minutes;

SELECT minutes, mean, low, high FROM estimate WHERE vm = 'e1' AND variant = 'period=30' ORDER BY minutes;
SELECT minutes, touched FROM truth WHERE vm = 'e1' AND variant = 'period=30' ORDER BY minutes;

SELECT minutes, mean, low, high FROM estimate WHERE vm = 'e1' AND variant = 'period=5' ORDER BY minutes;
SELECT minutes, touched FROM truth WHERE vm = 'e1' AND variant = 'period=5' ORDER BY minutes;

-- The VMs by their recordings and sizes, "T1, 128 MB"; the two periods in seconds.
WITH given AS (SELECT variant, key, value FROM param JOIN chosen USING (run_id)),
     vm AS (SELECT substr(key, 4, instr(key, '.memory_mb') - 4) AS name, value AS mb
            FROM given WHERE key IN ('vm.t1.memory_mb', 'vm.e1.memory_mb') GROUP BY key)
SELECT 'vm_' || substr(name, 1, 1) AS variable, upper(name) || ', ' || mb || ' MB' AS text FROM vm
UNION ALL SELECT 'long_s', coalesce((SELECT printf('%g', value / 1000.0) FROM given
                                     WHERE key = 'policy.sample_period_ms' AND variant = 'period=30' LIMIT 1), '')
UNION ALL SELECT 'short_s', coalesce((SELECT printf('%g', value / 1000.0) FROM given
                                      WHERE key = 'policy.sample_period_ms' AND variant = 'period=5' LIMIT 1), '');
