-- run_id, point, value: one row for each run and each point of paper.csv; points about all runs together come with the first
-- run's number. The figure's left edge is at 600 s of the run, its right edge at 2,400 s of the figure.

DROP TABLE IF EXISTS temp.sample;

CREATE TEMP TABLE sample AS
SELECT run_id, t_s - 600 AS t,
       max(CASE metric WHEN 'active_slow_mb' THEN value END) AS slow,
       max(CASE metric WHEN 'active_fast_mb' THEN value END) AS fast,
       max(CASE metric WHEN 'active_mb' THEN value END) AS highest,
       max(CASE metric WHEN 'touched_mb' THEN value END) AS truth
FROM chosen JOIN series USING (run_id)
WHERE variant = '' AND vm = 'vm' AND t_s BETWEEN 600 AND 3000
GROUP BY run_id, t_s;

DROP TABLE IF EXISTS temp.estimate;

CREATE TEMP TABLE estimate AS
SELECT run_id, t, truth, curve, value
FROM (SELECT run_id, t, truth, 'slow' AS curve, slow AS value FROM sample
      UNION ALL SELECT run_id, t, truth, 'fast', fast FROM sample
      UNION ALL SELECT run_id, t, truth, 'max', highest FROM sample);

DROP TABLE IF EXISTS temp.band;

-- 2.5 and 97.5 percentiles over the runs (nearest rank) at each sample.
CREATE TEMP TABLE band AS
SELECT curve, t, min(run_id) AS run_id, avg(value) AS mean,
       max(CASE WHEN nth = (runs * 25 + 999) / 1000 THEN value END) AS low,
       max(CASE WHEN nth = (runs * 975 + 999) / 1000 THEN value END) AS high
FROM (SELECT *, row_number() OVER (PARTITION BY curve, t ORDER BY value) AS nth,
             count(*) OVER (PARTITION BY curve, t) AS runs
      FROM estimate)
GROUP BY curve, t;

DROP TABLE IF EXISTS temp.theirs;

-- In the paper's data the maximum comes one sample later than the curves that it is the maximum of.
CREATE TEMP TABLE theirs AS
SELECT 'slow' AS curve, t_s AS t, slow_mb AS mb FROM paper_series WHERE slow_mb IS NOT NULL
UNION ALL SELECT 'fast', t_s, fast_mb FROM paper_series WHERE fast_mb IS NOT NULL
UNION ALL SELECT 'max', t_s - 5, max_mb FROM paper_series WHERE max_mb IS NOT NULL;

-- 0.1 MB is the error of the figure's values.
SELECT min(run_id), curve || ', paper inside the band', 100.0 * avg(mb BETWEEN low - 0.1 AND high + 0.1)
FROM band JOIN theirs USING (curve, t) GROUP BY curve;

SELECT min(run_id), curve || ', width of the band', avg(high - low)
FROM band JOIN theirs USING (curve, t) GROUP BY curve;

SELECT min(run_id), curve || ', distance of the mean from the paper', sqrt(avg((mean - mb) * (mean - mb)))
FROM band JOIN theirs USING (curve, t) GROUP BY curve;

-- The paper shows one run. Would it be an outlier among ours? Its coverage and its distance, in standard deviations of one of our runs
-- from the mean of ours.
DROP TABLE IF EXISTS temp.each_run;

CREATE TEMP TABLE each_run AS
SELECT curve, estimate.run_id AS r, 100.0 * avg(value BETWEEN low AND high) AS inside,
       sqrt(avg((value - mean) * (value - mean))) AS distance
FROM estimate JOIN band USING (curve, t) JOIN theirs USING (curve, t)
GROUP BY curve, estimate.run_id;

DROP TABLE IF EXISTS temp.ours;

CREATE TEMP TABLE ours AS
SELECT curve, avg(inside) AS inside, sqrt(avg(inside * inside) - avg(inside) * avg(inside)) AS inside_sd,
       avg(distance) AS distance, sqrt(avg(distance * distance) - avg(distance) * avg(distance)) AS distance_sd
FROM each_run GROUP BY curve;

SELECT min(run_id), curve || ', paper inside the band, among our runs',
       (100.0 * avg(mb BETWEEN low - 0.1 AND high + 0.1) - ours.inside) / ours.inside_sd
FROM band JOIN theirs USING (curve, t) JOIN ours USING (curve) GROUP BY curve;

SELECT min(run_id), curve || ', distance of the mean from the paper, among our runs',
       (sqrt(avg((mean - mb) * (mean - mb))) - ours.distance) / ours.distance_sd
FROM band JOIN theirs USING (curve, t) JOIN ours USING (curve) GROUP BY curve;

DROP TABLE IF EXISTS temp.spike;

-- The highest estimate in the 60 s after the toucher's end, of each run, and the estimate before its end.
CREATE TEMP TABLE spike AS
SELECT run_id, variant, max(CASE WHEN t_s > 2257.5 THEN value END) AS mb, max(CASE WHEN t_s = 2255 THEN value END) AS before
FROM chosen JOIN series USING (run_id)
WHERE vm = 'vm' AND metric = 'active_mb' AND t_s BETWEEN 2255 AND 2317.5
GROUP BY run_id, variant;

SELECT run_id, 'spike', mb FROM spike WHERE variant = '';

SELECT min(run_id), 'spike, share of runs within 195..260 MB', 100.0 * avg(mb BETWEEN 195 AND 260)
FROM spike WHERE variant = '';

SELECT run_id, 'rise with a Linux guest', mb - before FROM spike WHERE variant <> '';

SELECT min(run_id), 'spike with a Linux guest, share of runs below 175 MB', 100.0 * avg(mb < 175)
FROM spike WHERE variant <> '';

-- What the background was fitted to: the idle VM before the toucher's first step.
SELECT run_id, curve || ' while idle', avg(value)
FROM estimate WHERE t BETWEEN 30 AND 510 GROUP BY run_id, curve;

-- Against the truth: the pages touched in the last whole period, which the estimate of the present one may be ahead of.
SELECT run_id, curve || ', bias', avg(value - truth) FROM estimate GROUP BY run_id, curve;

SELECT run_id, curve || ', root mean square error', sqrt(avg((value - truth) * (value - truth)))
FROM estimate GROUP BY run_id, curve;
