-- One row for each width of the hash: false matches per pair of distinct pages, over all seeds, with
-- the 95% interval of a count (low, high).
SELECT bits, found / pairs AS rate,
       max(found - 1.96 * sqrt(found), 0.1) / pairs AS low, (found + 1.96 * sqrt(found)) / pairs AS high
FROM (SELECT bits, sum(false_matches) AS found, sum(n * (n - 1) / 2) AS pairs
      FROM (SELECT run_id, CAST(substr(variant, 6) AS INTEGER) AS bits,
                   max(CASE WHEN metric = 'false_matches' THEN value END) AS false_matches,
                   sum(value) AS n
            FROM chosen JOIN result USING (run_id)
            WHERE variant LIKE 'bits=%' AND metric IN ('hint_frames', 'false_matches')
            GROUP BY run_id)
      GROUP BY bits)
ORDER BY bits;

-- One row for each rate of rewriting (none stands at 0.3): hints met by 100 scanned pages, and how
-- many of them were found; means over the seeds.
SELECT max(CAST(substr(variant, 8) AS REAL), 0.3) AS writes,
       avg(100 * found / scanned) AS found, avg(100 * stale / scanned) AS stale,
       avg(100 * found / (found + stale)) AS share
FROM (SELECT run_id, variant,
             max(CASE WHEN metric = 'hints_found' THEN value END) AS found,
             max(CASE WHEN metric = 'hints_stale' THEN value END) AS stale,
             max(CASE WHEN metric = 'pages_scanned' THEN value END) AS scanned
      FROM chosen JOIN result USING (run_id)
      WHERE variant LIKE 'writes=%' AND vm = ''
      GROUP BY run_id)
GROUP BY variant
ORDER BY writes;

WITH given AS (SELECT key, value FROM param
               WHERE run_id = (SELECT min(run_id) FROM chosen WHERE variant LIKE 'writes=%'))
SELECT 'hint_vms' AS variable, (SELECT count(*) FROM given WHERE key GLOB 'vm.*.memory_mb' AND key NOT GLOB 'vm.*.*.memory_mb') AS text
UNION ALL SELECT 'hint_mb', (SELECT max(value) FROM given WHERE key GLOB 'vm.*.memory_mb' AND key NOT GLOB 'vm.*.*.memory_mb')
UNION ALL SELECT 'hint_rate', coalesce((SELECT value FROM given WHERE key = 'policy.share_scan_vm_pages_s'), 0);
