-- Collisions of one pair in a million million, by bits of the hash: means over seeds.
SELECT CAST(substr(variant, 6) AS INTEGER) AS bits,
       avg(collisions / (n * (n - 1) / 2)) AS chance
FROM (SELECT run_id, variant,
             max(CASE WHEN metric = 'false_matches' THEN value END) AS collisions,
             max(CASE WHEN metric = 'optimum_distinct_pages' THEN value END) AS n
      FROM chosen JOIN result USING (run_id)
      WHERE variant LIKE 'bits=%' GROUP BY run_id)
WHERE variant <> 'bits=64'
GROUP BY bits
ORDER BY bits;

-- Hints by writes to a page in an hour; w0 is drawn at 0.2.
SELECT CASE variant WHEN 'writes=w0' THEN 0.3 WHEN 'writes=w1' THEN 0.72 WHEN 'writes=w2' THEN 2.16
            WHEN 'writes=w3' THEN 7.2 WHEN 'writes=w4' THEN 21.6 WHEN 'writes=w5' THEN 72 ELSE 360 END AS writes,
       avg(CASE WHEN metric = 'hints_found' THEN value END) AS found,
       avg(CASE WHEN metric = 'hints_stale' THEN value END) AS stale
FROM chosen JOIN result USING (run_id)
WHERE variant LIKE 'writes=%' AND metric IN ('hints_found', 'hints_stale')
GROUP BY variant
ORDER BY writes;
