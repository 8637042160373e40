-- Criteria of each run: what both VMs have at the end, when the busy one has it, and what it costs. dbench starts at 300 s.
DROP TABLE IF EXISTS temp.criterion;

CREATE TEMP TABLE criterion AS
WITH alloc AS (SELECT run_id, vm, t_s, value FROM chosen JOIN series USING (run_id) WHERE metric = 'alloc_mb'),
     settled AS (SELECT run_id, vm, avg(value) AS mb FROM alloc WHERE t_s > 1200 GROUP BY run_id, vm)
SELECT run_id, 1 AS number, mb AS value FROM settled WHERE vm = 'idle'
UNION ALL SELECT run_id, 2, mb FROM settled WHERE vm = 'busy'
UNION ALL SELECT run_id, 3, min(t_s) - 300 FROM alloc JOIN settled USING (run_id, vm)
          WHERE vm = 'busy' AND t_s >= 300 AND value >= 0.95 * mb GROUP BY run_id
UNION ALL SELECT run_id, 4, sum(value) FROM chosen JOIN result USING (run_id) WHERE metric = 'stalled_s' GROUP BY run_id
UNION ALL SELECT run_id, 5, sum(value) FROM chosen JOIN result USING (run_id) WHERE metric = 'swap_out_mb' GROUP BY run_id
UNION ALL SELECT run_id, 6, value FROM chosen JOIN result USING (run_id) WHERE metric = 'throughput' AND vm = 'busy';

-- The median over the seeds, and the least and the most. Governors stand in the order in which they ran.
WITH governor AS (SELECT variant, row_number() OVER (ORDER BY min(run_id)) AS place
                  FROM chosen JOIN criterion USING (run_id) GROUP BY variant),
     ranked AS (SELECT number, variant, value,
                       row_number() OVER (PARTITION BY number, variant ORDER BY value) AS rank,
                       count(*) OVER (PARTITION BY number, variant) AS runs
                FROM chosen JOIN criterion USING (run_id) WHERE value IS NOT NULL)
SELECT number AS block, place, variant AS governor,
       avg(CASE WHEN 2 * rank BETWEEN runs AND runs + 2 THEN value END) AS median,
       min(value) AS low, max(value) AS high
FROM ranked JOIN governor USING (variant) GROUP BY number, variant ORDER BY number, place;

SELECT 'panels' AS variable, '6' AS text
UNION ALL SELECT 'rows', count(DISTINCT variant) FROM chosen
UNION ALL SELECT 'most_' || number, max(value) FROM criterion GROUP BY number
UNION ALL SELECT 'title_1', 'idle VM has, MB'
UNION ALL SELECT 'title_2', 'busy VM has, MB'
UNION ALL SELECT 'title_3', 'busy VM has it after, s'
UNION ALL SELECT 'title_4', 'stalled, s'
UNION ALL SELECT 'title_5', 'paged out, MB'
UNION ALL SELECT 'title_6', 'dbench, MB/s';
