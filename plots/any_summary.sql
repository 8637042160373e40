-- Sentences about the runs of an experiment, for the head of its part of the report. A row with NULL says nothing.

-- What was run.
SELECT printf('%d %s of %s, %s, on a machine with %g MB; governor %s.', count(*), CASE count(*) WHEN 1 THEN 'run' ELSE 'runs' END,
              CASE WHEN max(sim_s) < 120 THEN printf('%g simulated seconds', max(sim_s))
                   WHEN max(sim_s) < 7200 THEN printf('%g simulated minutes', round(max(sim_s) / 60, 1))
                   ELSE printf('%g simulated hours', round(max(sim_s) / 3600, 1)) END,
              (SELECT CASE WHEN min(n) = max(n) AND max(n) = 1 THEN 'one VM' WHEN min(n) = max(n) THEN max(n) || ' VMs'
                      ELSE min(n) || ' to ' || max(n) || ' VMs' END
               FROM (SELECT count(*) AS n FROM chosen JOIN param USING (run_id) WHERE key = 'vm.' || value || '.name' GROUP BY run_id)),
              (SELECT max(CAST(value AS REAL)) FROM chosen JOIN param USING (run_id) WHERE key = 'machine.memory_mb'),
              (SELECT group_concat(DISTINCT governor) FROM chosen JOIN run USING (run_id)))
FROM chosen JOIN run USING (run_id);

-- How scarce memory was: the mean share of time in each state, of the variant that had it worst.
WITH share AS (SELECT variant, avg(CASE metric WHEN 'time_in_high_pct' THEN value END) AS high,
                      avg(CASE metric WHEN 'time_in_soft_pct' THEN value END) AS soft,
                      avg(CASE metric WHEN 'time_in_hard_pct' THEN value END) AS hard,
                      avg(CASE metric WHEN 'time_in_low_pct' THEN value END) AS low
               FROM chosen JOIN result USING (run_id) WHERE vm = '' AND metric LIKE 'time_in_%_pct' GROUP BY variant)
SELECT CASE WHEN high >= 99.95 THEN 'Free memory stays in the state high'
            ELSE printf('Free memory is in the state high for %.3g%% of the time', high)
                 || CASE WHEN soft >= 0.05 THEN printf(', soft %.2g%%', soft) ELSE '' END
                 || CASE WHEN hard >= 0.05 THEN printf(', hard %.2g%%', hard) ELSE '' END
                 || CASE WHEN low >= 0.05 THEN printf(', low %.2g%%', low) ELSE '' END END
       || CASE WHEN (SELECT count(*) FROM share) > 1 AND high < 99.95 THEN ' in the variant that has the least of it (' || variant || ').'
               WHEN (SELECT count(*) FROM share) > 1 THEN ' in every variant.' ELSE '.' END
FROM share ORDER BY high LIMIT 1;

-- What was taken from VMs, where something was.
WITH most AS (SELECT metric, vm, variant, max(peak) AS mb FROM chosen JOIN summary USING (run_id)
              WHERE vm <> '' AND metric IN ('balloon_mb', 'swapped_mb') GROUP BY metric)
SELECT CASE WHEN (SELECT max(mb) FROM most) < 0.5 THEN 'Nothing was taken from any VM.'
       ELSE (SELECT printf('The largest balloon is %.0f MB (%s%s)', mb, vm, CASE variant WHEN '' THEN '' ELSE ', ' || variant END) FROM most WHERE metric = 'balloon_mb')
            || (SELECT CASE WHEN mb < 0.5 THEN '; nothing is swapped.' ELSE printf('; at most %.0f MB are swapped (%s%s).', mb, vm, CASE variant WHEN '' THEN '' ELSE ', ' || variant END) END
                FROM most WHERE metric = 'swapped_mb') END
FROM most LIMIT 1;
