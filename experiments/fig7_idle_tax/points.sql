-- run_id, point, value: one row for each run and each point of paper.csv.
-- Steady with tax 0: 9 to 30.8 min. The tax changes at 1,854 s. Steady with 75%: 32 to 60 min.

SELECT run_id, vm || ' alloc, tax 0', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE metric = 'alloc_mb' AND vm IN ('windows', 'linux') AND t_s BETWEEN 540 AND 1848
GROUP BY run_id, vm;

SELECT run_id, vm || ' alloc, tax 75%', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE metric = 'alloc_mb' AND vm IN ('windows', 'linux') AND t_s BETWEEN 1920 AND 3600
GROUP BY run_id, vm;

-- The last sample within 60 s of the change.
SELECT run_id, 'windows alloc, 60 s after the change', value
FROM chosen JOIN series USING (run_id)
WHERE metric = 'alloc_mb' AND vm = 'windows' AND t_s = 1910;

SELECT run_id, vm || ' alloc at ' || CAST(t_s AS INTEGER) || ' s', value
FROM chosen JOIN series USING (run_id)
WHERE metric = 'alloc_mb'
  AND (vm = 'windows' AND t_s IN (1860, 1870, 1880, 1890)
       OR vm = 'linux' AND t_s IN (1870, 1890));

SELECT run_id, vm || ' estimate, tax 0', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE metric = 'active_mb' AND vm IN ('windows', 'linux') AND t_s BETWEEN 540 AND 1848
GROUP BY run_id, vm;

SELECT run_id, vm || ' estimate, tax 75%', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE metric = 'active_mb' AND vm IN ('windows', 'linux') AND t_s BETWEEN 1920 AND 3600
GROUP BY run_id, vm;

-- The spread: the standard deviation over time.
SELECT run_id, vm || ' estimate, spread, tax ' || tax, sqrt(max(avg(value * value) - avg(value) * avg(value), 0))
FROM chosen JOIN series USING (run_id)
     JOIN (SELECT '0' AS tax, 540 AS first, 1848 AS last UNION ALL SELECT '75%', 1920, 3600) ON t_s BETWEEN first AND last
WHERE metric = 'active_mb' AND vm IN ('windows', 'linux')
GROUP BY run_id, vm, tax;

SELECT run_id, 'windows estimate, peak in its boot', max(value)
FROM chosen JOIN series USING (run_id)
WHERE metric = 'active_mb' AND vm = 'windows' AND t_s < 300
GROUP BY run_id;

-- Linux powers on at 313 s. Windows is cut before Linux, which boots until 360 s, needs the memory.
SELECT run_id, 'windows alloc at 335 s, when linux boots', value
FROM chosen JOIN series USING (run_id)
WHERE metric = 'alloc_mb' AND vm = 'windows' AND t_s = 335;

SELECT run_id, 'linux alloc at 335 s, when it boots', value
FROM chosen JOIN series USING (run_id)
WHERE metric = 'alloc_mb' AND vm = 'linux' AND t_s = 335;

SELECT run_id, 'windows is cut below 200 MB', min(t_s) / 60
FROM chosen JOIN series USING (run_id)
WHERE metric = 'alloc_mb' AND vm = 'windows' AND t_s >= 300 AND value <= 200
GROUP BY run_id;

-- The whole curve against the paper's, after 10 min.
SELECT run_id, vm || ' alloc, distance from the curve', sqrt(avg(
       (value - CASE vm WHEN 'windows' THEN windows_alloc_mb ELSE linux_alloc_mb END)
     * (value - CASE vm WHEN 'windows' THEN windows_alloc_mb ELSE linux_alloc_mb END)))
FROM chosen JOIN series USING (run_id) JOIN paper_series USING (t_s)
WHERE metric = 'alloc_mb' AND vm IN ('windows', 'linux') AND t_s >= 600
GROUP BY run_id, vm;

-- dbench's own figure, in runs that lie wholly in one phase: those that ended by 1,854 s, and those
-- after the run in which the tax changed. A figure stays in the series until the next run ends.
SELECT run_id, 'dbench gain',
       100.0 * (avg(CASE WHEN ended_s > first_after_s THEN mb_s END)
                / avg(CASE WHEN ended_s <= 1854 THEN mb_s END) - 1)
FROM (SELECT run_id, value AS mb_s, min(t_s) AS ended_s,
             min(CASE WHEN min(t_s) > 1854 THEN min(t_s) END) OVER (PARTITION BY run_id)
                 AS first_after_s
      FROM chosen JOIN series USING (run_id)
      WHERE metric = 'run_throughput' AND vm = 'linux' AND value IS NOT NULL
      GROUP BY run_id, value)
GROUP BY run_id;
