-- run_id, point, value: one row for each run and each point of paper.csv.

-- The samples that the points are made of, so that each query walks these alone.
DROP TABLE IF EXISTS temp.sample;

CREATE TEMP TABLE sample AS
SELECT run_id, t_s, vm, metric, value FROM chosen JOIN series USING (run_id)
WHERE metric IN ('alloc_mb', 'balloon_mb', 'shared_mb', 'zero_mb', 'swapped_mb', 'state');

-- The state line, as stays: from one change of the state to the next. The first state is high.
DROP TABLE IF EXISTS temp.stay;

CREATE TEMP TABLE stay AS
SELECT run_id, substr(detail, instr(detail, ' to ') + 4) AS state, t_s AS since,
       coalesce(lead(t_s) OVER (PARTITION BY run_id ORDER BY event.rowid), 5400) AS until
FROM chosen JOIN event USING (run_id)
WHERE kind = 'state';

-- The boot: to 5 min. The benchmarks' start: from 15 to 20 min.
DROP TABLE IF EXISTS temp.phase;

CREATE TEMP TABLE phase AS
SELECT 'in the boot' AS phase, 0 AS first, 300 AS last
UNION ALL SELECT 'when the benchmarks start', 900, 1200;

SELECT run_id, 'state low is reached in the boot', count(*)
FROM stay WHERE state = 'low' AND since < 300 GROUP BY run_id;

WITH want AS (SELECT run_id, state, phase, first, last FROM chosen, phase,
                     (SELECT 'soft' AS state UNION ALL SELECT 'hard' UNION ALL SELECT 'low'))
SELECT want.run_id, 'state ' || want.state || ' ' || phase,
       coalesce(sum(until - since), 0)
FROM want LEFT JOIN stay ON stay.run_id = want.run_id AND stay.state = want.state AND since BETWEEN first AND last
GROUP BY want.run_id, want.state, phase;

SELECT run_id, 'state high is left ' || phase, min(since) / 60
FROM stay JOIN phase ON since BETWEEN first AND last
WHERE state <> 'high' GROUP BY run_id, phase;

SELECT run_id, 'state high is back ' || CASE phase WHEN 'in the boot' THEN phase ELSE 'after the benchmarks'' start' END,
       max(since) / 60
FROM stay JOIN phase ON since BETWEEN first AND last
WHERE state = 'high' GROUP BY run_id, phase;

SELECT run_id, 'time outside state high', sum(until - since)
FROM stay WHERE state <> 'high' GROUP BY run_id;

SELECT run_id, 'time in states high and soft', 100 - 100 * total(CASE WHEN state IN ('hard', 'low') THEN until - since END) / 5400
FROM stay GROUP BY run_id;

-- Until the states of the paper's boot are over, at 3.53 min: what is shared later was scanned.
SELECT run_id, 'zero pages reclaimed in the boot', max(value)
FROM sample
WHERE vm = '' AND metric = 'zero_mb' AND t_s <= 212
GROUP BY run_id;

SELECT run_id, 'peak shared in the boot', max(value)
FROM sample
WHERE vm = '' AND metric = 'shared_mb' AND t_s <= 212
GROUP BY run_id;

DROP TABLE IF EXISTS temp.swapped;

CREATE TEMP TABLE swapped AS
SELECT run_id, t_s, sum(value) AS mb FROM sample
WHERE vm <> '' AND metric = 'swapped_mb' GROUP BY run_id, t_s;

SELECT run_id, 'swapped pages at the peak', max(mb) FROM swapped GROUP BY run_id;

-- The peak is that of the boot.
SELECT run_id, 'swapped pages for the remainder', max(mb) FROM swapped WHERE t_s >= 300 GROUP BY run_id;

SELECT run_id, 'peak allocation', max(mb)
FROM (SELECT run_id, t_s, sum(value) AS mb FROM sample
      WHERE vm <> '' AND metric = 'alloc_mb' GROUP BY run_id, t_s)
GROUP BY run_id;

SELECT run_id,
       CASE metric WHEN 'alloc_mb' THEN 'alloc of all, mean of 20 to 90 min'
                   ELSE 'balloons of all, mean of 20 to 90 min' END,
       sum(value) / count(DISTINCT t_s)
FROM sample
WHERE vm <> '' AND metric IN ('alloc_mb', 'balloon_mb') AND t_s >= 1200
GROUP BY run_id, metric;

-- Each of the paper's curves against ours: root mean square of the difference.
DROP TABLE IF EXISTS temp.curve;

CREATE TEMP TABLE curve AS
SELECT run_id, t_s, CASE vm WHEN 'citrix_server' THEN 'citrix' WHEN 'sql_server' THEN 'sql' END AS whose, metric, value
FROM sample
WHERE vm IN ('citrix_server', 'sql_server') AND metric IN ('alloc_mb', 'balloon_mb', 'shared_mb')
UNION ALL
SELECT run_id, t_s, 'all', metric, sum(value)
FROM sample
WHERE vm <> '' AND metric IN ('alloc_mb', 'balloon_mb', 'shared_mb')
GROUP BY run_id, t_s, metric;

SELECT run_id,
       whose || ' ' || replace(metric, '_mb', '') || ', distance from the curve, '
             || CASE WHEN t_s < 1860 THEN '0 to 31 min' ELSE '31 to 90 min' END,
       sqrt(avg((value - theirs) * (value - theirs)))
FROM (SELECT run_id, t_s, whose, metric, value,
             CASE whose || metric
             WHEN 'allalloc_mb' THEN all_alloc_mb WHEN 'allballoon_mb' THEN all_balloon_mb WHEN 'allshared_mb' THEN all_shared_mb
             WHEN 'citrixalloc_mb' THEN citrix_alloc_mb WHEN 'citrixballoon_mb' THEN citrix_balloon_mb
             WHEN 'citrixshared_mb' THEN citrix_shared_mb WHEN 'sqlalloc_mb' THEN sql_alloc_mb
             WHEN 'sqlballoon_mb' THEN sql_balloon_mb WHEN 'sqlshared_mb' THEN sql_shared_mb END AS theirs
      FROM curve JOIN paper_series USING (t_s))
GROUP BY run_id, whose, metric, t_s < 1860;

-- Its min is 160 MB; after the activity at 20 min.
SELECT run_id, 'sql reaches its floor', min(t_s) / 60
FROM sample
WHERE vm = 'sql_server' AND metric = 'alloc_mb' AND t_s >= 1200 AND value <= 162
GROUP BY run_id;

SELECT run_id, 'sql alloc at most, 24 to 64 min', max(value)
FROM sample
WHERE vm = 'sql_server' AND metric = 'alloc_mb' AND t_s BETWEEN 1440 AND 3840
GROUP BY run_id;

-- The query starts at 64.7 min.
SELECT run_id, 'sql gains with the query',
       max(value) - max(CASE WHEN t_s = 3880 THEN value END)
FROM sample
WHERE vm = 'sql_server' AND metric = 'alloc_mb' AND t_s BETWEEN 3880 AND 4150
GROUP BY run_id;

SELECT run_id, 'citrix gives with the query',
       max(CASE WHEN t_s = 3880 THEN value END) - min(value)
FROM sample
WHERE vm = 'citrix_server' AND metric = 'alloc_mb' AND t_s BETWEEN 3880 AND 4150
GROUP BY run_id;

SELECT run_id, 'worst state during the query', max(value)
FROM sample
WHERE vm = '' AND metric = 'state' AND t_s BETWEEN 3880 AND 4200
GROUP BY run_id;

SELECT run_id, 'shared, mean of 20 to 90 min', avg(value)
FROM sample
WHERE vm = '' AND metric = 'shared_mb' AND t_s >= 1200
GROUP BY run_id;

SELECT run_id, 'shared, least when the benchmarks start', min(value)
FROM sample
WHERE vm = '' AND metric = 'shared_mb' AND t_s BETWEEN 1000 AND 1500
GROUP BY run_id;

SELECT run_id,
       CASE t_s WHEN 3870 THEN 'shared at 64.5 min'
                ELSE 'shared before the benchmarks, at 15.8 min' END,
       value
FROM sample
WHERE vm = '' AND metric = 'shared_mb' AND t_s IN (945, 3870);
