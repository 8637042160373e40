-- Criteria of each estimator. Accuracy and cost are those of the run with memory for all ("NAME plenty"), after the VMs have filled their
-- memory; work and stalls those of the run that is short of memory, work beside that of the run that believes the truth, of the same seed.
-- The step VM's demand grows at 600 s and falls at 1,800 s: the lag is the time until the estimate has made nine tenths of that way.
DROP TABLE IF EXISTS temp.criterion;

CREATE TEMP TABLE criterion AS
WITH runs AS (SELECT run_id, seed, replace(variant, ' plenty', '') AS estimator, variant LIKE '% plenty' AS is_plenty FROM chosen),
     pairs AS (SELECT run_id, vm, t_s, e.value AS estimate, t.value AS truth
               FROM runs JOIN series AS e USING (run_id) JOIN series AS t USING (run_id, vm, t_s)
               WHERE is_plenty AND e.metric = 'active_mb' AND t.metric = 'touched_mb' AND t_s > 300),
     step AS (SELECT * FROM pairs WHERE vm = 'step'),
     levels AS (SELECT run_id, avg(CASE WHEN t_s BETWEEN 500 AND 600 THEN truth END) AS low,
                       avg(CASE WHEN t_s BETWEEN 1700 AND 1800 THEN truth END) AS high FROM step GROUP BY run_id),
     starts AS (SELECT run_id, max(CASE WHEN t_s = 600 THEN estimate END) AS at_rise,
                       max(CASE WHEN t_s = 1800 THEN estimate END) AS at_fall FROM step GROUP BY run_id),
     work AS (SELECT run_id, seed, estimator, sum(value) AS value FROM runs JOIN result USING (run_id)
              WHERE NOT is_plenty AND metric = 'throughput' GROUP BY run_id),
     costs AS (SELECT run_id, estimator, metric, sum(value) AS value, avg(value) AS mean FROM runs JOIN result USING (run_id)
               WHERE is_plenty GROUP BY run_id, metric)
SELECT run_id, 1 AS number, avg(estimate - truth) AS value FROM pairs GROUP BY run_id
UNION ALL SELECT run_id, 2, sqrt(avg((estimate - truth) * (estimate - truth))) FROM pairs GROUP BY run_id
UNION ALL SELECT run_id, 3, min(t_s) - 600 FROM step JOIN levels USING (run_id) JOIN starts USING (run_id)
          WHERE t_s > 600 AND t_s <= 1800 AND at_rise < high - 0.5 * (high - low) AND estimate >= high - 0.1 * (high - low) GROUP BY run_id
UNION ALL SELECT run_id, 4, min(t_s) - 1800 FROM step JOIN levels USING (run_id) JOIN starts USING (run_id)
          WHERE t_s > 1800 AND at_fall > low + 0.5 * (high - low) AND estimate <= low + 0.1 * (high - low) GROUP BY run_id
UNION ALL SELECT run_id, 5, value / 1000 FROM costs
          WHERE metric = estimator || '_faults'
UNION ALL SELECT run_id, 6, mean FROM costs WHERE metric = estimator || '_cpu_pct'
UNION ALL SELECT work.run_id, 7, 100 * (1 - work.value / truth.value)
          FROM work JOIN work AS truth ON truth.estimator = 'truth' AND truth.seed = work.seed WHERE work.estimator <> 'truth'
UNION ALL SELECT run_id, 8, sum(value) FROM runs JOIN result USING (run_id)
          WHERE NOT is_plenty AND metric = 'stalled_s' GROUP BY run_id;

-- The median over the seeds, and the least and the most. Estimators stand in the order in which they ran.
WITH named AS (SELECT run_id, replace(variant, ' plenty', '') AS estimator FROM chosen),
     place AS (SELECT estimator, row_number() OVER (ORDER BY min(run_id)) AS place
               FROM named JOIN criterion USING (run_id) GROUP BY estimator),
     ranked AS (SELECT number, estimator, value, row_number() OVER (PARTITION BY number, estimator ORDER BY value) AS rank,
                       count(*) OVER (PARTITION BY number, estimator) AS runs
                FROM named JOIN criterion USING (run_id) WHERE value IS NOT NULL)
SELECT number AS block, place, estimator, avg(CASE WHEN 2 * rank BETWEEN runs AND runs + 2 THEN value END) AS median,
       min(value) AS low, max(value) AS high
FROM ranked JOIN place USING (estimator) GROUP BY number, estimator ORDER BY number, place;

SELECT 'panels' AS variable, '8' AS text
UNION ALL SELECT 'rows', count(DISTINCT replace(variant, ' plenty', '')) FROM chosen
UNION ALL SELECT 'most_' || number, max(value) FROM criterion GROUP BY number
UNION ALL SELECT 'least_' || number, min(min(value), 0) FROM criterion GROUP BY number
UNION ALL SELECT 'title_1', 'bias, MB'
UNION ALL SELECT 'title_2', 'RMSE, MB'
UNION ALL SELECT 'title_3', 'lag up, s'
UNION ALL SELECT 'title_4', 'lag down, s'
UNION ALL SELECT 'title_5', 'faults, thousands'
UNION ALL SELECT 'title_6', 'cost, % of a CPU'
UNION ALL SELECT 'title_7', 'work lost to truth, %'
UNION ALL SELECT 'title_8', 'stalled, s';
