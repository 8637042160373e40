-- Criteria of each run. What a VM works is compared with the run that has memory for all (variant "plenty"), of the same seed.
-- The step comes at 600 s and goes at 1,800 s; the constant VM's demand never moves.
DROP TABLE IF EXISTS temp.criterion;

CREATE TEMP TABLE criterion AS
WITH work AS (SELECT run_id, seed, variant, vm, t_s, value FROM chosen JOIN series USING (run_id) WHERE metric = 'throughput'),
     alloc AS (SELECT run_id, vm, t_s, value,
                      value - lag(value) OVER (PARTITION BY run_id, vm ORDER BY t_s) AS moved
               FROM chosen JOIN series USING (run_id) WHERE metric = 'alloc_mb'),
     lost AS (SELECT work.run_id, work.vm, work.t_s, work.value < 0.95 * ideal.value AS is_slow,
                     ideal.value AS ideal, work.value
              FROM work JOIN work AS ideal ON ideal.variant = 'plenty' AND ideal.seed = work.seed
                   AND ideal.vm = work.vm AND ideal.t_s = work.t_s
              WHERE work.variant <> 'plenty' AND work.t_s > 300),
     runs AS (SELECT run_id FROM chosen WHERE variant <> 'plenty')
SELECT run_id, 1 AS number, coalesce(max(CASE WHEN is_slow THEN t_s END) - 600, 0) AS value FROM lost
       WHERE vm = 'step' AND t_s > 600 AND t_s <= 1200 GROUP BY run_id
UNION ALL SELECT run_id, 2, max(value) - avg(CASE WHEN t_s > 1140 THEN value END) FROM alloc JOIN runs USING (run_id)
          WHERE vm = 'step' AND t_s > 600 AND t_s <= 1200 GROUP BY run_id
UNION ALL SELECT run_id, 3, sum(abs(moved)) FROM alloc JOIN runs USING (run_id) WHERE vm = 'constant' AND t_s > 300 GROUP BY run_id
UNION ALL SELECT run_id, 4, sum(value) FROM runs JOIN result USING (run_id) WHERE metric = 'stalled_s' GROUP BY run_id
UNION ALL SELECT run_id, 5, 100 * (1 - sum(value) / sum(ideal)) FROM lost GROUP BY run_id
UNION ALL SELECT run_id, 6, sum(value) FROM runs JOIN result USING (run_id) WHERE metric = 'oom_kills' GROUP BY run_id;

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
UNION ALL SELECT 'rows', count(DISTINCT variant) FROM chosen JOIN criterion USING (run_id)
UNION ALL SELECT 'most_' || number, max(value) FROM criterion GROUP BY number
UNION ALL SELECT 'title_1', 'reaction to the step, s'
UNION ALL SELECT 'title_2', 'overshoot, MB'
UNION ALL SELECT 'title_3', 'constant moved, MB'
UNION ALL SELECT 'title_4', 'stalled, s'
UNION ALL SELECT 'title_5', 'work lost, %'
UNION ALL SELECT 'title_6', 'processes killed';
