-- run_id, point, value: one row for each run and each point of paper.csv.

SELECT run_id, 'metadata of all machine memory', 100 * result.value / param.value
FROM chosen JOIN result USING (run_id) JOIN param USING (run_id)
WHERE metric = 'sharing_metadata_mb' AND param.key = 'machine.memory_mb';

SELECT run_id, 'CPU of scanning 2 VMs, of one CPU', value
FROM chosen JOIN result USING (run_id)
WHERE metric = 'scan_cycles_pct' AND variant = 'writes=w0';

-- Of n different pages that are looked at one after the other, those collide whose hash was there
-- before: n less the number of hashes that occur. With m = 2^bits and c = n / m its mean is
-- m (c - 1 + exp(-c)) and its variance m (exp(-c) - (1 + c) exp(-2c)).
WITH found AS (
    SELECT run_id, CAST(substr(variant, 6) AS INTEGER) AS bits, pow(2, CAST(substr(variant, 6) AS INTEGER)) AS m,
           max(CASE WHEN metric = 'false_matches' THEN value END) AS collisions,
           max(CASE WHEN metric = 'optimum_distinct_pages' THEN value END) AS n
    FROM chosen JOIN result USING (run_id)
    WHERE variant LIKE 'bits=%' AND variant <> 'bits=64'
    GROUP BY run_id)
SELECT run_id, 'collisions, ' || bits || ' bits, off the bound',
       (collisions - m * (n / m - 1 + exp(-n / m)))
           / sqrt(m * (exp(-n / m) - (1 + n / m) * exp(-2 * n / m)))
FROM found;

SELECT run_id, 'collisions, 64 bits', value
FROM chosen JOIN result USING (run_id)
WHERE variant = 'bits=64' AND metric = 'false_matches';

-- One number over all widths, seed by seed: 2^24 pages make 2^47 pairs.
WITH found AS (
    SELECT run_id, seed, pow(2, CAST(substr(variant, 6) AS INTEGER)) AS m,
           max(CASE WHEN metric = 'false_matches' THEN value END) AS collisions,
           max(CASE WHEN metric = 'optimum_distinct_pages' THEN value END) AS n
    FROM chosen JOIN result USING (run_id)
    WHERE variant LIKE 'bits=%' AND variant <> 'bits=64'
    GROUP BY run_id)
SELECT min(run_id), 'chance of a collision, 64 GB, 64 bits',
       100 * pow(2, 47 - 64) * sum(collisions) / sum(m * (n / m - 1 + exp(-n / m)))
FROM found
GROUP BY seed;

-- All contents differ in these runs.
SELECT run_id, 'different pages that share', value
FROM chosen JOIN result USING (run_id)
WHERE variant LIKE 'bits=%' AND metric = 'saved_pages';

SELECT run_id, 'write faults of hinted pages', value
FROM chosen JOIN result USING (run_id)
WHERE variant LIKE 'writes=%' AND metric = 'private_write_faults';

SELECT run_id,
       CASE metric WHEN 'hints_found' THEN 'hints found, ' ELSE 'hints stale, ' END
           || CASE variant WHEN 'writes=w0' THEN 'never written' ELSE 'written every 167 s' END,
       value
FROM chosen JOIN result USING (run_id)
WHERE variant IN ('writes=w0', 'writes=w4') AND metric IN ('hints_found', 'hints_stale');
