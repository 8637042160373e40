-- Criteria of each estimator. Accuracy and cost are those of the run with memory for all ("NAME plenty"), after the VMs have filled their
-- memory; work and stalls those of the run that is short of memory, work beside that of the run that believes the truth, of the same seed.
-- The last four are the bias for the VMs of the variant "loads", which all estimators watch at once.
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
              WHERE NOT is_plenty AND metric = 'throughput' AND estimator <> 'loads' GROUP BY run_id),
     costs AS (SELECT run_id, estimator, metric, sum(value) AS value, avg(value) AS mean FROM runs JOIN result USING (run_id)
               WHERE is_plenty GROUP BY run_id, metric)
SELECT run_id, 1 AS number, avg(estimate - truth) AS value FROM pairs GROUP BY run_id
UNION ALL SELECT run_id, 2, sqrt(avg((estimate - truth) * (estimate - truth))) FROM pairs GROUP BY run_id
UNION ALL SELECT run_id, 3, min(t_s) - 600 FROM step JOIN levels USING (run_id) JOIN starts USING (run_id)
          WHERE t_s > 600 AND t_s <= 1800 AND at_rise < high - 0.5 * (high - low) AND estimate >= high - 0.1 * (high - low) GROUP BY run_id
UNION ALL SELECT run_id, 4, min(t_s) - 1800 FROM step JOIN levels USING (run_id) JOIN starts USING (run_id)
          WHERE t_s > 1800 AND at_fall > low + 0.5 * (high - low) AND estimate <= low + 0.1 * (high - low) GROUP BY run_id
UNION ALL SELECT run_id, 5, value / 1000 FROM costs
          WHERE metric = replace(estimator, '-', '_') || '_armed'
UNION ALL SELECT run_id, 6, mean FROM costs WHERE metric = replace(estimator, '-', '_') || '_cpu_pct'
UNION ALL SELECT work.run_id, 7, 100 * (1 - work.value / truth.value)
          FROM work JOIN work AS truth ON truth.estimator = 'truth' AND truth.seed = work.seed WHERE work.estimator <> 'truth'
UNION ALL SELECT run_id, 8, sum(value) FROM runs JOIN result USING (run_id)
          WHERE NOT is_plenty AND metric = 'stalled_s' AND estimator <> 'loads' GROUP BY run_id;

-- Of the variant "loads" each estimator has a row of its own.
DROP TABLE IF EXISTS temp.judged;

CREATE TEMP TABLE judged AS
WITH load(vm, number) AS (VALUES ('load_cache', 9), ('load_promised', 10), ('load_cycle_fits', 11), ('load_cycle_exceeds', 12)),
     said AS (SELECT run_id, vm, t_s, value,
                     CASE metric WHEN 'alloc_mb' THEN 'resident' ELSE replace(substr(metric, 8, length(metric) - 10), '_', '-') END AS estimator
              FROM chosen JOIN series USING (run_id)
              WHERE variant = 'loads' AND t_s > 300 AND (metric = 'alloc_mb' OR metric GLOB 'active_?*_mb'))
SELECT replace(variant, ' plenty', '') AS estimator, number, value FROM criterion JOIN chosen USING (run_id) WHERE value IS NOT NULL
UNION ALL SELECT estimator, number, avg(said.value - truth.value)
          FROM said JOIN series AS truth USING (run_id, vm, t_s) JOIN load USING (vm)
          WHERE truth.metric = 'touched_mb' AND estimator NOT IN ('slow', 'fast') GROUP BY run_id, vm, estimator;

-- The median over the seeds, and the least and the most. Estimators stand in the order in which they ran.
WITH place AS (SELECT replace(variant, ' plenty', '') AS estimator, row_number() OVER (ORDER BY min(run_id)) AS place
               FROM chosen WHERE variant <> 'loads' GROUP BY 1),
     ranked AS (SELECT number, estimator, value, row_number() OVER (PARTITION BY number, estimator ORDER BY value) AS rank,
                       count(*) OVER (PARTITION BY number, estimator) AS runs FROM judged)
SELECT number AS block, place, estimator, avg(CASE WHEN 2 * rank BETWEEN runs AND runs + 2 THEN value END) AS median,
       min(value) AS low, max(value) AS high
FROM ranked JOIN place USING (estimator) GROUP BY number, estimator ORDER BY number, place;

SELECT 'panels' AS variable, '12' AS text
UNION ALL SELECT 'rows', count(DISTINCT replace(variant, ' plenty', '')) FROM chosen WHERE variant <> 'loads'
UNION ALL SELECT 'most_' || number, max(value) FROM judged GROUP BY number
UNION ALL SELECT 'least_' || number, min(min(value), 0) FROM judged GROUP BY number
UNION ALL SELECT 'title_1', 'bias, MB'
UNION ALL SELECT 'title_2', 'RMSE, MB'
UNION ALL SELECT 'title_3', 'lag up, s'
UNION ALL SELECT 'title_4', 'lag down, s'
UNION ALL SELECT 'title_5', 'bits cleared, thousands'
UNION ALL SELECT 'title_6', 'cost, % of a CPU'
UNION ALL SELECT 'title_7', 'work lost to truth, %'
UNION ALL SELECT 'title_8', 'stalled, s'
UNION ALL SELECT 'title_9', 'cold cache: bias, MB'
UNION ALL SELECT 'title_10', 'promised: bias, MB'
UNION ALL SELECT 'title_11', 'cycle fits: bias, MB'
UNION ALL SELECT 'title_12', 'cycle exceeds: bias, MB';
