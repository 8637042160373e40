-- Work lost and stall time of each governor at its defaults (the runs of rivals_shift), and at the settings of the grid with which it
-- loses least and most. Work is compared with the run that has memory for all (variant "plenty" of rivals_shift), of the same seed.
DROP TABLE IF EXISTS temp.tried;

CREATE TEMP TABLE tried AS
WITH settings AS (SELECT run_id, seed, substr(variant, 1, instr(variant, ' ') - 1) AS governor,
                         substr(variant, instr(variant, ' ') + 1) AS setting FROM chosen),
     defaults AS (SELECT run_id, seed, variant AS governor, 'default' AS setting FROM run
                  WHERE experiment = 'rivals_shift' AND status = 'done'),
     runs AS (SELECT * FROM settings UNION ALL SELECT * FROM defaults),
     sums AS (SELECT runs.*, metric, sum(value) AS value FROM runs JOIN result USING (run_id)
              WHERE metric IN ('throughput', 'stalled_s') GROUP BY run_id, metric)
SELECT work.run_id, work.seed, work.governor, work.setting, 100 * (1 - work.value / ideal.value) AS lost_pct, stalled.value AS stalled_s
FROM sums AS work JOIN sums AS ideal ON ideal.governor = 'plenty' AND ideal.seed = work.seed AND ideal.metric = work.metric
     JOIN sums AS stalled ON stalled.run_id = work.run_id AND stalled.metric = 'stalled_s'
WHERE work.metric = 'throughput' AND work.governor IN (SELECT governor FROM settings);

DROP TABLE IF EXISTS temp.setting;

CREATE TEMP TABLE setting AS
WITH ranked AS (SELECT governor, setting, lost_pct, row_number() OVER (PARTITION BY governor, setting ORDER BY lost_pct) AS rank,
                       count(*) OVER (PARTITION BY governor, setting) AS runs FROM tried),
     middle AS (SELECT governor, setting, avg(lost_pct) AS lost_pct FROM ranked
                WHERE 2 * rank BETWEEN runs AND runs + 2 GROUP BY governor, setting)
SELECT governor, setting, row_number() OVER (PARTITION BY governor ORDER BY lost_pct, setting <> 'default', setting) AS from_best,
       row_number() OVER (PARTITION BY governor ORDER BY lost_pct DESC, setting <> 'default', setting) AS from_worst FROM middle;

DROP TABLE IF EXISTS temp.criterion;

CREATE TEMP TABLE criterion AS
WITH judged AS (SELECT * FROM tried JOIN setting USING (governor, setting))
SELECT run_id, governor, 1 AS number, lost_pct AS value FROM judged WHERE setting = 'default'
UNION ALL SELECT run_id, governor, 2, lost_pct FROM judged WHERE from_best = 1
UNION ALL SELECT run_id, governor, 3, lost_pct FROM judged WHERE from_worst = 1
UNION ALL SELECT run_id, governor, 4, stalled_s FROM judged WHERE setting = 'default'
UNION ALL SELECT run_id, governor, 5, stalled_s FROM judged WHERE from_best = 1;

-- The median over the seeds, and the least and the most, with the name of the best setting. Governors stand in the order in which
-- they ran.
WITH governor AS (SELECT governor, row_number() OVER (ORDER BY min(run_id)) AS place
                  FROM chosen JOIN tried USING (run_id) GROUP BY governor),
     ranked AS (SELECT number, governor, value, row_number() OVER (PARTITION BY number, governor ORDER BY value) AS rank,
                       count(*) OVER (PARTITION BY number, governor) AS runs FROM criterion)
SELECT number AS block, place, ranked.governor || ', ' || setting AS governor,
       avg(CASE WHEN 2 * rank BETWEEN runs AND runs + 2 THEN value END) AS median, min(value) AS low, max(value) AS high
FROM ranked JOIN governor USING (governor) JOIN setting ON setting.governor = ranked.governor AND from_best = 1
GROUP BY number, ranked.governor ORDER BY number, place;

-- The best and the default have the same axis.
SELECT 'panels' AS variable, '5' AS text
UNION ALL SELECT 'rows', count(DISTINCT governor) FROM criterion
UNION ALL SELECT 'most_' || n.number, max(value) FROM (SELECT DISTINCT number FROM criterion) AS n JOIN criterion AS c
          ON c.number = n.number OR n.number + c.number IN (3, 9) GROUP BY n.number
UNION ALL SELECT 'title_1', 'default: work lost, %'
UNION ALL SELECT 'title_2', 'best: work lost, %'
UNION ALL SELECT 'title_3', 'worst: work lost, %'
UNION ALL SELECT 'title_4', 'default: stalled, s'
UNION ALL SELECT 'title_5', 'best: stalled, s';
