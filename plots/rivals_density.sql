-- How many VMs fit, and beside it the main criteria of the other three, as far as the database has their runs: the summary.
--
-- A VM loses what it works less than one of its kind with memory for all (variant "plenty vms=5", of the same seed). So many VMs fit
-- as no VM loses more than 5% with, nor with any smaller number that was tried.
DROP TABLE IF EXISTS temp.worst;

CREATE TEMP TABLE worst AS
WITH tried AS (SELECT run_id, seed, substr(variant, 1, instr(variant, ' vms=') - 1) AS governor,
                      CAST(substr(variant, instr(variant, ' vms=') + 5) AS INTEGER) AS vms
               FROM chosen WHERE variant LIKE '% vms=%'),
     work AS (SELECT run_id, seed, governor, vms, vm, value FROM tried JOIN result USING (run_id) WHERE metric = 'throughput')
SELECT work.governor, work.seed, work.vms, min(work.run_id) AS run_id, min(work.value / ideal.value) AS kept
FROM work JOIN work AS ideal ON ideal.governor = 'plenty' AND ideal.seed = work.seed
     AND ideal.vm = 'web' || ((CAST(substr(work.vm, 4) AS INTEGER) - 1) % 5 + 1)
WHERE work.governor <> 'plenty' GROUP BY work.governor, work.seed, work.vms;

DROP TABLE IF EXISTS temp.criterion;

CREATE TEMP TABLE criterion AS
WITH other AS (SELECT run_id, experiment, variant AS governor, seed, metric, vm, value
               FROM run JOIN result USING (run_id)
               WHERE status = 'done' AND experiment IN ('rivals_idle', 'rivals_shift', 'rivals_dynamic')
                 AND metric IN ('throughput', 'stalled_s')
                 AND (experiment, variant, config_hash) IN (SELECT experiment, variant, config_hash FROM
                     (SELECT experiment, variant, config_hash, max(run_id) FROM run WHERE status = 'done' GROUP BY 1, 2))),
     total AS (SELECT experiment, governor, seed, metric, sum(value) AS value FROM other GROUP BY run_id, metric)
SELECT 1 AS number, governor, coalesce(max(vms) FILTER (WHERE NOT EXISTS (
           SELECT 1 FROM worst AS fewer WHERE fewer.governor = worst.governor AND fewer.seed = worst.seed
                AND fewer.vms <= worst.vms AND fewer.kept < 0.95)), 0) AS value FROM worst GROUP BY governor, seed
UNION ALL SELECT 2, governor, value FROM other WHERE experiment = 'rivals_idle' AND metric = 'throughput' AND vm = 'busy'
UNION ALL SELECT 3, governor, value FROM total WHERE metric = 'stalled_s' AND experiment = 'rivals_idle'
UNION ALL SELECT CASE total.experiment WHEN 'rivals_shift' THEN 4 ELSE 6 END, total.governor, 100 * (1 - total.value / ideal.value)
          FROM total JOIN total AS ideal ON ideal.experiment = total.experiment AND ideal.governor = 'plenty'
               AND ideal.seed = total.seed AND ideal.metric = 'throughput'
          WHERE total.metric = 'throughput' AND total.experiment <> 'rivals_idle'
UNION ALL SELECT CASE experiment WHEN 'rivals_shift' THEN 5 ELSE 7 END, governor, value
          FROM total WHERE metric = 'stalled_s' AND experiment <> 'rivals_idle';

-- The median over the seeds, and the least and the most. Governors stand in the order in which they ran.
WITH governor AS (SELECT governor, row_number() OVER (ORDER BY min(run_id)) AS place FROM worst GROUP BY governor),
     ranked AS (SELECT number, governor, value,
                       row_number() OVER (PARTITION BY number, governor ORDER BY value) AS rank,
                       count(*) OVER (PARTITION BY number, governor) AS runs
                FROM criterion WHERE value IS NOT NULL)
SELECT number AS block, place, governor,
       avg(CASE WHEN 2 * rank BETWEEN runs AND runs + 2 THEN value END) AS median,
       min(value) AS low, max(value) AS high
FROM ranked JOIN governor USING (governor) GROUP BY number, governor ORDER BY number, place;

SELECT 'panels' AS variable, max(number) AS text FROM criterion
UNION ALL SELECT 'rows', count(DISTINCT governor) FROM worst
UNION ALL SELECT 'most_' || number, max(value) FROM criterion WHERE governor <> 'plenty' GROUP BY number
UNION ALL SELECT 'title_1', 'VMs that fit'
UNION ALL SELECT 'title_2', 'idle: dbench, MB/s'
UNION ALL SELECT 'title_3', 'idle: stalled, s'
UNION ALL SELECT 'title_4', 'shift: work lost, %'
UNION ALL SELECT 'title_5', 'shift: stalled, s'
UNION ALL SELECT 'title_6', 'dynamic: work lost, %'
UNION ALL SELECT 'title_7', 'dynamic: stalled, s';
