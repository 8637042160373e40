-- run_id, point, value.
CREATE TEMP TABLE io AS
SELECT run_id, seed, variant, vm, sum(CASE WHEN metric = 'io_requests' THEN value END) AS requests,
       sum(CASE WHEN metric = 'io_copies' THEN value END) AS copies,
       sum(CASE WHEN metric = 'io_copies_expected' THEN value END) AS expected,
       sum(CASE WHEN metric = 'io_remaps' THEN value END) AS remaps,
       sum(CASE WHEN metric = 'io_returns' THEN value END) AS returns
FROM chosen JOIN result USING (run_id)
GROUP BY run_id, vm;

-- The policy's copies against the sum over pages of min(I/Os, threshold + 1), which the workload
-- counted for itself: the largest difference of any VM.
SELECT run_id, 'copies off the rule, ' || variant, max(abs(copies - expected))
FROM io
WHERE variant NOT LIKE 'scarce%'
GROUP BY run_id;

-- How many times fewer copies than without remapping, at the same seed.
SELECT a.run_id, 'fewer copies, ' || a.vm || ', ' || a.variant, b.copies / a.copies
FROM io a JOIN io b USING (seed, vm)
WHERE b.variant = 'never'
  AND (a.vm = 'network_few' AND a.variant LIKE 'threshold=%' AND a.variant <> 'threshold=0'
       OR a.vm IN ('network_many', 'disk_few', 'disk_many') AND a.variant = 'threshold=16');

-- Copies saved for each page that was moved.
SELECT a.run_id, 'saved per move, ' || a.vm || ', ' || a.variant, (b.copies - a.copies) / a.remaps
FROM io a JOIN io b USING (seed, vm)
WHERE b.variant = 'never'
  AND (a.vm IN ('network_few', 'disk_many') AND a.variant = 'threshold=16'
       OR a.vm = 'disk_uniform' AND a.variant IN ('threshold=0', 'threshold=1', 'threshold=4'));

-- Low memory runs out: copies and moves for 100 I/Os.
SELECT run_id, 'copies and moves, ' || vm || ', ' || variant,
       100 * (copies + remaps + returns) / requests
FROM io
WHERE variant LIKE 'scarce%' AND vm = 'network_few';

SELECT run_id, 'copies and moves, all, ' || variant, 100 * (copies + remaps + returns) / requests
FROM io
WHERE variant LIKE 'scarce%' AND vm = '';
