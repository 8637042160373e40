-- run_id, point, value: one row for each run and each point of paper.csv.

DROP TABLE IF EXISTS temp.sample;

-- Every sample of the variants' VMs and hosts, under the variant's name.
CREATE TEMP TABLE sample AS
SELECT run_id, variant, seed, vm, t_s, metric, value
FROM chosen JOIN series USING (run_id)
WHERE metric IN ('alloc_mb', 'target_mb', 'active_mb', 'zero_mb', 'sampled_touches', 'saved_mb', 'optimum_saved_mb', 'balloon_mb', 'swapped_mb', 'pages_scanned');

CREATE INDEX temp.sample_metric ON sample(variant, metric, vm, t_s);

-- Shares of 0: the last minute.
SELECT run_id, variant || ', ' || CASE metric WHEN 'target_mb' THEN 'target' ELSE 'allocation' END, avg(value)
FROM sample
WHERE vm = 'shares_none' AND (variant = 'shares=0' AND metric IN ('target_mb', 'alloc_mb') OR variant = 'shares=640' AND metric = 'target_mb') AND t_s > 240
GROUP BY run_id, metric;

-- References of the zero page: the pages of the only VM that are mapped to it.
SELECT run_id, 'overflow, references at most', 256 * max(value)
FROM sample WHERE variant = 'overflow' AND metric = 'zero_mb' AND vm = 'zeroes' GROUP BY run_id;

SELECT run_id, 'overflow, references at the end', 256 * value
FROM sample WHERE variant = 'overflow' AND metric = 'zero_mb' AND vm = 'zeroes' AND t_s = 300;

SELECT run_id, 'overflow, tables as a share of memory', 100 * value / 8192
FROM chosen JOIN result USING (run_id)
WHERE variant = 'overflow' AND metric = 'sharing_metadata_mb';

-- A period lasts at least 30 s on the clock, so not more than so many have begun.
SELECT run_id, 'sampling, minor faults for each period', max(value / (CAST(t_s / 30 AS INTEGER) + 1))
FROM sample WHERE variant = 'sampling' AND metric = 'sampled_touches' AND vm = 'sampled' GROUP BY run_id;

-- "needs 544.0 MB of machine memory (min and overhead), ...": less the min, which is the VM's size.
SELECT run_id, 'overhead, VM of ' || substr(vm, 7) || ' MB',
       CAST(substr(detail, 7) AS REAL) - CAST(substr(vm, 7) AS REAL)
FROM chosen JOIN event USING (run_id)
WHERE variant = 'overhead' AND kind = 'refused';

-- At 50 s as many pages have been scanned as the VM has.
SELECT run_id, variant || ', found after ' || CASE t_s WHEN 50 THEN 'one pass' ELSE 'six passes' END,
       100 * sum(CASE metric WHEN 'saved_mb' THEN value END) / sum(CASE metric WHEN 'optimum_saved_mb' THEN value END)
FROM sample WHERE variant LIKE 'scanner=%' AND vm = '' AND t_s IN (50, 300) GROUP BY run_id, t_s;

-- The tax: what the idle VM has less than without a tax, as a share of what it had idle then. The last minute.
DROP TABLE IF EXISTS temp.idle;

CREATE TEMP TABLE idle AS
SELECT run_id, variant, seed, avg(CASE metric WHEN 'alloc_mb' THEN value END) AS alloc,
       avg(CASE metric WHEN 'active_mb' THEN value END) AS active
FROM sample WHERE variant LIKE 'tax=%' AND vm = 'tax_idle' AND t_s > 240 GROUP BY run_id;

-- P = total / 5 + tax (A - mean A) is where the five pay one price, as long as none is at its max: P and A of the idle VM.
SELECT a.run_id, a.variant || ', less than by the equal price',
       CAST(substr(a.variant, 5) AS REAL) * (avg(s.value) - a.active) - (b.alloc - a.alloc)
FROM idle a JOIN idle b USING (seed) JOIN sample s ON s.run_id = a.run_id
WHERE b.variant = 'tax=0' AND a.variant <> 'tax=0' AND s.metric = 'active_mb' AND s.vm <> '' AND s.t_s > 240
GROUP BY a.run_id;

SELECT a.run_id, a.variant || ', idle memory taken', 100 * (b.alloc - a.alloc) / (b.alloc - b.active)
FROM idle a JOIN idle b USING (seed)
WHERE b.variant = 'tax=0' AND a.variant <> 'tax=0';

SELECT run_id, 'tax=0, idle VM less a busy one', avg(CASE vm WHEN 'tax_idle' THEN value END) - avg(CASE WHEN vm <> 'tax_idle' THEN value END)
FROM sample WHERE variant = 'tax=0' AND metric = 'target_mb' AND vm <> '' AND t_s > 240 GROUP BY run_id;

-- The driver: what the idle VM's balloon holds and what is swapped, and what the other VM has less than where the driver works.
SELECT run_id, variant || ', ' || CASE metric WHEN 'balloon_mb' THEN 'balloon' ELSE 'swapped' END
       || CASE WHEN variant <> 'driver=late' THEN '' WHEN t_s < 200 THEN ' before' ELSE ' after' END, avg(value)
FROM sample
WHERE variant LIKE 'driver=%' AND vm = 'driver_idle' AND metric IN ('balloon_mb', 'swapped_mb')
  AND (variant <> 'driver=late' AND t_s > 240 OR variant = 'driver=late' AND t_s BETWEEN 125 AND 140
       OR variant = 'driver=late' AND metric = 'balloon_mb' AND t_s > 240)
GROUP BY run_id, metric, t_s < 200;

DROP TABLE IF EXISTS temp.other;

CREATE TEMP TABLE other AS
SELECT run_id, variant, seed, avg(value) AS alloc
FROM sample WHERE variant LIKE 'driver=%' AND vm = 'driver_other' AND metric = 'alloc_mb' AND t_s > 240 GROUP BY run_id;

SELECT a.run_id, a.variant || ', the other VM is short of', b.alloc - a.alloc
FROM other a JOIN other b USING (seed)
WHERE b.variant = 'driver=present' AND a.variant <> 'driver=present';

SELECT run_id, variant || ', time below soft', sum(value)
FROM chosen JOIN result USING (run_id)
WHERE variant IN ('driver=absent', 'driver=disabled', 'driver=capped') AND metric IN ('time_in_hard_pct', 'time_in_low_pct')
GROUP BY run_id;

-- The reboot at 160 s: the balloon is popped within seconds, and the next driver comes at 220 s.
SELECT run_id, 'reboot, balloons popped', count(*)
FROM chosen JOIN event USING (run_id)
WHERE variant = 'reboot' AND kind = 'balloon_pop' AND vm = 'reboot_idle' AND t_s BETWEEN 160 AND 220
GROUP BY run_id;

SELECT run_id, 'reboot, balloon without a driver', max(value)
FROM sample WHERE variant = 'reboot' AND vm = 'reboot_idle' AND metric = 'balloon_mb' AND t_s BETWEEN 180 AND 215 GROUP BY run_id;

SELECT run_id, 'reboot, swapped without a driver', max(value)
FROM sample WHERE variant = 'reboot' AND vm = 'reboot_idle' AND metric = 'swapped_mb' AND t_s BETWEEN 180 AND 215 GROUP BY run_id;

SELECT run_id, 'reboot, balloon at the end', avg(value)
FROM sample WHERE variant = 'reboot' AND vm = 'reboot_idle' AND metric = 'balloon_mb' AND t_s > 300 GROUP BY run_id;

SELECT run_id, 'reboot, allocation at the end less before', avg(CASE WHEN t_s > 300 THEN value END) - avg(CASE t_s WHEN 155 THEN value END)
FROM sample WHERE variant = 'reboot' AND vm = 'reboot_idle' AND metric = 'alloc_mb' AND (t_s > 300 OR t_s = 155) GROUP BY run_id;

SELECT run_id, 'colours=8, pages of their colour',
       100 * sum(CASE metric WHEN 'colour_matches' THEN value END) / sum(CASE metric WHEN 'colour_requests' THEN value END)
FROM chosen JOIN result USING (run_id)
WHERE variant = 'colours=8' AND metric LIKE 'colour_%'
GROUP BY run_id;

-- Scanning in idle cycles: the program begins at 10 s; it computes in the half minutes from there on of even number, or always, or never.
DROP TABLE IF EXISTS temp.half_minute;

CREATE TEMP TABLE half_minute AS
SELECT a.run_id, a.variant, (a.t_s - 10) % 60 >= 30 OR a.variant = 'idle=always' AS is_idle, b.value - a.value AS pages
FROM sample a JOIN sample b ON b.run_id = a.run_id AND b.vm = '' AND b.metric = a.metric AND b.t_s = a.t_s + 30
WHERE a.variant LIKE 'idle=%' AND a.vm = '' AND a.metric = 'pages_scanned' AND (a.t_s - 10) % 30 = 0;

SELECT run_id, variant || ', scanned while it computes', sum(pages)
FROM half_minute
WHERE variant = 'idle=never' OR variant = 'idle=half' AND NOT is_idle
GROUP BY run_id;

SELECT run_id, variant || ', scanned while it does not', avg(pages) / 30
FROM half_minute
WHERE variant <> 'idle=never' AND is_idle
GROUP BY run_id;
