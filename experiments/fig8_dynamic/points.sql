-- run_id, point, value: one row for each run and each point of paper.csv.

SELECT run_id, 'state low is reached in the boot', count(*)
FROM chosen JOIN event USING (run_id)
WHERE kind = 'state' AND detail LIKE '% to low' AND t_s < 300
GROUP BY run_id;

SELECT run_id, 'time in state high', value
FROM chosen JOIN result USING (run_id)
WHERE metric = 'time_in_high_pct';

-- Until the states of the paper's boot are over, at 3.53 min: what is shared later was scanned.
SELECT run_id, 'zero pages reclaimed in the boot', max(value)
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'zero_mb' AND t_s <= 212
GROUP BY run_id;

SELECT run_id, 'peak shared in the boot', max(value)
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'shared_mb' AND t_s <= 212
GROUP BY run_id;

SELECT run_id, 'swapped pages at the peak', max(mb)
FROM (SELECT run_id, t_s, sum(value) AS mb FROM chosen JOIN series USING (run_id)
      WHERE vm <> '' AND metric = 'swapped_mb' GROUP BY run_id, t_s)
GROUP BY run_id;

SELECT run_id, 'peak allocation', max(mb)
FROM (SELECT run_id, t_s, sum(value) AS mb FROM chosen JOIN series USING (run_id)
      WHERE vm <> '' AND metric = 'alloc_mb' GROUP BY run_id, t_s)
GROUP BY run_id;

SELECT run_id,
       CASE metric WHEN 'alloc_mb' THEN 'alloc of all, mean of 20 to 90 min'
                   ELSE 'balloons of all, mean of 20 to 90 min' END,
       sum(value) / count(DISTINCT t_s)
FROM chosen JOIN series USING (run_id)
WHERE vm <> '' AND metric IN ('alloc_mb', 'balloon_mb') AND t_s >= 1200
GROUP BY run_id, metric;

SELECT run_id, 'citrix alloc, distance from the curve',
       sqrt(avg((value - citrix_alloc_mb) * (value - citrix_alloc_mb)))
FROM chosen JOIN series USING (run_id) JOIN paper_series USING (t_s)
WHERE vm = 'citrix_server' AND metric = 'alloc_mb' AND t_s >= 1860
GROUP BY run_id;

SELECT run_id, 'sql alloc, distance from the curve',
       sqrt(avg((value - sql_alloc_mb) * (value - sql_alloc_mb)))
FROM chosen JOIN series USING (run_id) JOIN paper_series USING (t_s)
WHERE vm = 'sql_server' AND metric = 'alloc_mb' AND t_s >= 1860
GROUP BY run_id;

-- Its min is 160 MB; after the activity at 20 min.
SELECT run_id, 'sql reaches its floor', min(t_s) / 60
FROM chosen JOIN series USING (run_id)
WHERE vm = 'sql_server' AND metric = 'alloc_mb' AND t_s >= 1200 AND value <= 162
GROUP BY run_id;

SELECT run_id, 'sql alloc at most, 24 to 64 min', max(value)
FROM chosen JOIN series USING (run_id)
WHERE vm = 'sql_server' AND metric = 'alloc_mb' AND t_s BETWEEN 1440 AND 3840
GROUP BY run_id;

-- The query starts at 64.7 min.
SELECT run_id, 'sql gains with the query',
       max(value) - max(CASE WHEN t_s = 3880 THEN value END)
FROM chosen JOIN series USING (run_id)
WHERE vm = 'sql_server' AND metric = 'alloc_mb' AND t_s BETWEEN 3880 AND 4150
GROUP BY run_id;

SELECT run_id, 'citrix gives with the query',
       max(CASE WHEN t_s = 3880 THEN value END) - min(value)
FROM chosen JOIN series USING (run_id)
WHERE vm = 'citrix_server' AND metric = 'alloc_mb' AND t_s BETWEEN 3880 AND 4150
GROUP BY run_id;

SELECT run_id, 'worst state during the query', max(value)
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'state' AND t_s BETWEEN 3880 AND 4200
GROUP BY run_id;

SELECT run_id, 'shared, mean of 20 to 90 min', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'shared_mb' AND t_s >= 1200
GROUP BY run_id;

SELECT run_id, 'shared, least when the benchmarks start', min(value)
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'shared_mb' AND t_s BETWEEN 1000 AND 1500
GROUP BY run_id;

SELECT run_id,
       CASE t_s WHEN 3870 THEN 'shared at 64.5 min'
                ELSE 'shared before the benchmarks, at 15.8 min' END,
       value
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'shared_mb' AND t_s IN (945, 3870);
