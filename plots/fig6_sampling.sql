-- The figure's left edge is at 600 s of the run. Mean over the seeds and the band from the 2.5 to the 97.5 percentile at each
-- sample, for each of the three averages; the truth is the same in every run but for its noise.
WITH sample AS (
    SELECT t_s - 600 AS t, metric, value,
           row_number() OVER (PARTITION BY metric, t_s ORDER BY value) AS nth,
           count(*) OVER (PARTITION BY metric, t_s) AS runs
    FROM chosen JOIN series USING (run_id)
    WHERE variant = '' AND vm = 'vm' AND t_s BETWEEN 600 AND 3000
      AND metric IN ('active_slow_mb', 'active_fast_mb', 'active_mb', 'touched_mb')),
band AS (
    SELECT t, metric, avg(value) AS mean,
           max(CASE WHEN nth = (runs * 25 + 999) / 1000 THEN value END) AS low,
           max(CASE WHEN nth = (runs * 975 + 999) / 1000 THEN value END) AS high
    FROM sample GROUP BY t, metric)
SELECT t / 60.0 AS minutes,
       max(CASE metric WHEN 'active_slow_mb' THEN mean END) AS slow,
       max(CASE metric WHEN 'active_slow_mb' THEN low END) AS slow_low,
       max(CASE metric WHEN 'active_slow_mb' THEN high END) AS slow_high,
       max(CASE metric WHEN 'active_fast_mb' THEN mean END) AS fast,
       max(CASE metric WHEN 'active_fast_mb' THEN low END) AS fast_low,
       max(CASE metric WHEN 'active_fast_mb' THEN high END) AS fast_high,
       max(CASE metric WHEN 'active_mb' THEN mean END) AS highest,
       max(CASE metric WHEN 'active_mb' THEN low END) AS highest_low,
       max(CASE metric WHEN 'active_mb' THEN high END) AS highest_high,
       max(CASE metric WHEN 'touched_mb' THEN mean END) AS truth
FROM band GROUP BY t ORDER BY t;

-- The highest of the three with a Linux guest: no spike.
SELECT (t_s - 600) / 60.0 AS minutes, avg(value) AS highest
FROM chosen JOIN series USING (run_id)
WHERE variant <> '' AND vm = 'vm' AND metric = 'active_mb' AND t_s BETWEEN 600 AND 3000
GROUP BY t_s ORDER BY t_s;

SELECT 'guest' AS variable, coalesce((SELECT value FROM param JOIN chosen USING (run_id)
                                      WHERE key = 'vm.vm.guest' AND variant = '' LIMIT 1), '') AS text
UNION ALL SELECT 'other_guest', coalesce((SELECT value FROM param JOIN chosen USING (run_id)
                                          WHERE key = 'vm.vm.guest' AND variant <> '' LIMIT 1), '')
UNION ALL SELECT 'period_s', coalesce((SELECT printf('%g', value / 1000.0) FROM param JOIN chosen USING (run_id)
                                       WHERE key = 'policy.sample_period_ms' LIMIT 1), '');
