-- run_id, point, value: one row for each run and each point of paper.csv; where all seeds are taken
-- together, one row in all.

CREATE TEMP TABLE found AS
SELECT run_id, variant, seed,
       max(CASE WHEN metric = 'hint_frames' THEN value END) AS hints,
       max(CASE WHEN metric = 'false_matches' THEN value END) AS false_matches,
       max(CASE WHEN metric = 'hints_found' THEN value END) AS hints_found,
       max(CASE WHEN metric = 'hints_stale' THEN value END) AS hints_stale,
       max(CASE WHEN metric = 'hint_writes' THEN value END) AS hint_writes,
       max(CASE WHEN metric = 'private_write_faults' THEN value END) AS private_write_faults,
       max(CASE WHEN metric = 'shared_pages' THEN value END) AS shared_pages,
       max(CASE WHEN metric = 'pages_scanned' THEN value END) AS scanned,
       max(CASE WHEN metric = 'scan_cycles_pct' THEN value END) AS scan_pct,
       max(CASE WHEN metric = 'sharing_metadata_mb' THEN value END) AS metadata_mb
FROM chosen JOIN result USING (run_id)
WHERE vm = ''
GROUP BY run_id;

-- Every page that was scanned has left a hint or was a false match, so both together are the n pages
-- that met. With m = 2^bits values, n less the number of values that occur is expected to be
-- n - m (1 - (1 - 1/m)^n) = C(n,2)/m - C(n,3)/m^2 + C(n,4)/m^3 - ...; n is at most m / 32 here.
CREATE TEMP TABLE collisions AS
SELECT run_id, variant, false_matches,
       n * (n - 1) / 2 / m
           * (1 - (n - 2) / (3 * m) * (1 - (n - 3) / (4 * m) * (1 - (n - 4) / (5 * m)))) AS expected
FROM (SELECT run_id, variant, false_matches, hints + false_matches AS n,
             pow(2, substr(variant, 6)) AS m
      FROM found
      WHERE variant LIKE 'bits=%');

SELECT run_id, 'false matches, ' || substr(variant, 6) || ' bits', false_matches FROM collisions;

-- A count of rare events has its mean as its variance.
SELECT min(run_id), 'distance from the bound, ' || substr(variant, 6) || ' bits',
       (sum(false_matches) - sum(expected)) / sqrt(sum(expected))
FROM collisions
GROUP BY variant;

SELECT min(run_id), 'distance from the bound, all',
       (sum(false_matches) - sum(expected)) / sqrt(sum(expected))
FROM collisions;

-- The bound as measured over all widths, at 64 bits: chance of one collision = 1 - exp(-pairs / m).
SELECT min(run_id), 'pages for an even chance, 64 bits',
       sqrt(2 * ln(2) * sum(expected) / sum(false_matches))
FROM collisions;

SELECT min(run_id), 'chance with 2^24 pages, 64 bits',
       100 * pow(2, 47 - 64) * sum(false_matches) / sum(expected)
FROM collisions;

SELECT run_id, 'pages shared, all distinct', shared_pages FROM found WHERE variant LIKE 'bits=%';

SELECT run_id, 'hints found of hints met, ' || variant,
       100 * hints_found / (hints_found + hints_stale)
FROM found
WHERE variant LIKE 'writes=%';

SELECT run_id, 'writes to hinted pages, ' || variant, hint_writes
FROM found
WHERE variant IN ('writes=1', 'writes=1000');

SELECT run_id, 'write faults on hinted pages', private_write_faults FROM found;

SELECT run_id, 'pages scanned, ' || variant, scanned / sim_s
FROM found JOIN run USING (run_id, variant)
WHERE found.variant IN ('vms=1', 'vms=4', 'vms=10');

SELECT run_id, 'scan cost, ' || variant, scan_pct
FROM found
WHERE variant IN ('vms=1', 'vms=4', 'vms=10');

SELECT run_id, 'metadata, ' || substr(variant, 8) || ' MB', 100 * metadata_mb / substr(variant, 8)
FROM found
WHERE variant IN ('memory=512', 'memory=8192');
