-- Work lost at each point of the sweep. The runs on 768 MB with disks are those of rivals_shift, and so is the run with memory for all that
-- work is compared with (variant "plenty"), of the same seed; the NVMe runs have one of their own. As there, from 300 s on.
DROP TABLE IF EXISTS temp.criterion;

CREATE TEMP TABLE criterion AS
WITH point(number, name) AS (VALUES (1, 'memory=640'), (2, 'memory=704'), (3, ''), (4, 'memory=832'), (5, 'memory=960'), (6, 'nvme')),
     runs AS (SELECT run_id, seed, variant || ' ' AS variant, 0 AS is_nvme FROM run WHERE experiment = 'rivals_shift' AND status = 'done'
              UNION ALL SELECT run_id, seed, variant, variant LIKE '% nvme' FROM chosen),
     work AS (SELECT run_id, seed, is_nvme, substr(variant, 1, instr(variant, ' ') - 1) AS governor,
                     substr(variant, instr(variant, ' ') + 1) AS name, sum(value) AS value
              FROM runs JOIN series USING (run_id) WHERE metric = 'throughput' AND t_s > 300 GROUP BY run_id)
SELECT work.run_id, number, work.governor, 100 * (1 - work.value / ideal.value) AS value
FROM work JOIN point USING (name) JOIN work AS ideal ON ideal.governor = 'plenty' AND ideal.seed = work.seed AND ideal.is_nvme = work.is_nvme
WHERE work.governor <> 'plenty';

-- The median over the seeds, and the least and the most. Governors stand in the order in which they ran.
WITH place AS (SELECT governor, row_number() OVER (ORDER BY min(run_id)) AS place FROM criterion GROUP BY governor),
     ranked AS (SELECT number, governor, value, row_number() OVER (PARTITION BY number, governor ORDER BY value) AS rank,
                       count(*) OVER (PARTITION BY number, governor) AS runs FROM criterion WHERE value IS NOT NULL)
SELECT number AS block, place, governor, avg(CASE WHEN 2 * rank BETWEEN runs AND runs + 2 THEN value END) AS median,
       min(value) AS low, max(value) AS high
FROM ranked JOIN place USING (governor) GROUP BY number, governor ORDER BY number, place;

SELECT 'panels' AS variable, '6' AS text
UNION ALL SELECT 'rows', count(DISTINCT governor) FROM criterion
UNION ALL SELECT 'most_' || number, max(max(value), 1) FROM criterion GROUP BY number
UNION ALL SELECT 'least_' || number, min(min(value), 0) FROM criterion GROUP BY number
UNION ALL SELECT 'title_1', '640 MB: work lost, %'
UNION ALL SELECT 'title_2', '704 MB: work lost, %'
UNION ALL SELECT 'title_3', '768 MB: work lost, %'
UNION ALL SELECT 'title_4', '832 MB: work lost, %'
UNION ALL SELECT 'title_5', '960 MB: work lost, %'
UNION ALL SELECT 'title_6', 'NVMe: work lost, %';
