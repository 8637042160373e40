-- Criteria of each run, over all five VMs. Work is compared with the run that has memory for all (variant "plenty"), of the same
-- seed.
DROP TABLE IF EXISTS temp.criterion;

CREATE TEMP TABLE criterion AS
WITH runs AS (SELECT run_id, seed FROM chosen WHERE variant <> 'plenty'),
     work AS (SELECT run_id, seed, variant, sum(value) AS value FROM chosen JOIN result USING (run_id)
              WHERE metric = 'throughput' GROUP BY run_id),
     of AS (SELECT run_id, metric, sum(value) AS value FROM runs JOIN result USING (run_id) GROUP BY run_id, metric),
     mean AS (SELECT run_id, metric, sum(value) / count(DISTINCT t_s) AS value FROM runs JOIN series USING (run_id)
              WHERE metric IN ('free_mb', 'balloon_mb') AND t_s > 600 GROUP BY run_id, metric)
SELECT run_id, 1 AS number, value FROM of WHERE metric = 'stalled_s'
UNION ALL SELECT run_id, 2, value FROM of WHERE metric = 'swap_out_mb'
UNION ALL SELECT run_id, 3, value FROM of WHERE metric = 'guest_swap_out_mb'
UNION ALL SELECT run_id, 4, value FROM mean WHERE metric = 'free_mb'
UNION ALL SELECT run_id, 5, value FROM mean WHERE metric = 'balloon_mb'
UNION ALL SELECT work.run_id, 6, 100 * (1 - work.value / ideal.value)
          FROM work JOIN work AS ideal ON ideal.variant = 'plenty' AND ideal.seed = work.seed WHERE work.variant <> 'plenty';

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
UNION ALL SELECT 'title_1', 'stalled, s'
UNION ALL SELECT 'title_2', 'paged out, MB'
UNION ALL SELECT 'title_3', 'guests swap, MB'
UNION ALL SELECT 'title_4', 'free, MB'
UNION ALL SELECT 'title_5', 'balloons, MB'
UNION ALL SELECT 'title_6', 'work lost, %';
