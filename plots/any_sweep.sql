-- Any sweep: a metric against what was varied. Where runs differ in seed alone: their mean, with its 95% interval.

-- The parts of a variant's name, "policy.idle_tax=0.5,vm.web.shares=100".
DROP TABLE IF EXISTS temp.piece;

CREATE TEMP TABLE piece AS
WITH RECURSIVE cut(run_id, rest, piece) AS (
    SELECT run_id, variant || ',', '' FROM chosen
    UNION ALL SELECT run_id, substr(rest, instr(rest, ',') + 1), substr(rest, 1, instr(rest, ',') - 1) FROM cut WHERE rest <> '')
SELECT run_id, piece, substr(piece, 1, max(0, instr(piece, '=') - 1)) AS key, substr(piece, instr(piece, '=') + 1) AS value
FROM cut WHERE piece <> '';

-- What was varied. The horizontal axis of a run is the one of its keys that has the most values, a key of numbers before others;
-- without such a key the axis has the variants themselves.
DROP TABLE IF EXISTS temp.varied;

CREATE TEMP TABLE varied AS
SELECT key, count(DISTINCT value) AS n, min(value GLOB '[-+.0-9]*' AND NOT value GLOB '*[^-+.0-9eE]*') AS is_number
FROM piece WHERE key <> '' GROUP BY key HAVING n > 1;

DROP TABLE IF EXISTS temp.placed;

CREATE TEMP TABLE placed AS
WITH axis AS (SELECT run_id, variant, coalesce((SELECT key FROM piece JOIN varied USING (key) WHERE piece.run_id = chosen.run_id
                                                ORDER BY is_number DESC, n DESC, key LIMIT 1), '') AS x_key FROM chosen)
SELECT run_id, x_key,
       coalesce((SELECT value FROM piece WHERE piece.run_id = axis.run_id AND key = x_key AND key <> ''), nullif(variant, ''), 'as configured') AS x_text,
       CASE WHEN x_key = '' THEN '' ELSE coalesce((SELECT group_concat(piece, ', ') FROM piece AS other WHERE other.run_id = axis.run_id AND key <> x_key
                 AND (SELECT count(DISTINCT run_id) FROM piece WHERE piece = other.piece) < (SELECT count(*) FROM chosen)), '') END AS curve
FROM axis;

-- The metric: what is asked for, or else what VMs got done, or else the first of these that is not the same in all runs.
DROP TABLE IF EXISTS temp.answer;

CREATE TEMP TABLE answer AS
WITH liked(place, metric) AS (VALUES (1, 'throughput'), (2, 'stalled_s'), (3, 'io_copies'), (4, 'swap_in_mb'), (5, 'saved_pages'))
SELECT coalesce((SELECT metric FROM asked),
                (SELECT metric FROM liked JOIN result USING (metric) JOIN chosen USING (run_id) GROUP BY place, vm
                 HAVING max(value) > 1.02 * min(value) ORDER BY place LIMIT 1), 'alloc_mb') AS metric;

-- One value for each run and VM: of the whole run where there is such a value, otherwise the mean over time. Where the host has a
-- value too, its alone.
DROP TABLE IF EXISTS temp.value;

CREATE TEMP TABLE value AS
SELECT run_id, vm, value, unit FROM chosen JOIN result USING (run_id) JOIN answer USING (metric);

INSERT INTO value
SELECT run_id, vm, mean, (SELECT unit FROM metric WHERE name = (SELECT metric FROM answer))
FROM chosen JOIN summary USING (run_id) JOIN answer USING (metric)
WHERE NOT EXISTS (SELECT 1 FROM value);

DELETE FROM value
WHERE coalesce(vm <> (SELECT vm FROM asked), vm <> '' AND EXISTS (SELECT 1 FROM value WHERE vm = ''));

-- A panel for each axis and VM, and in it a curve for each of the other variants. A single point is no panel, unless there is nothing
-- else. Of more than twelve panels those are drawn whose values move most.
DROP TABLE IF EXISTS temp.candidate;

CREATE TEMP TABLE candidate AS
SELECT min(run_id) AS first_run, min(value.rowid) AS first_value, (max(value) - min(value)) / max(1e-9, max(abs(value))) AS moved,
       CASE WHEN max(abs(value)) < 1e5 THEN 1.0 WHEN max(abs(value)) < 1e8 THEN 1e3 ELSE 1e6 END AS per, -- at most five digits
       max(length(x_text)) AS longest, max(instr(x_text, '.') + instr(x_text, 'e')) = 0 AS is_whole,
       x_key, vm, count(DISTINCT x_text) AS places, count(DISTINCT curve) AS curves, max(unit) AS unit,
       x_key <> '' AND min(x_text GLOB '[-+.0-9]*' AND NOT x_text GLOB '*[^-+.0-9eE]*') AS is_number,
       min(CAST(x_text AS REAL)) AS least, max(CAST(x_text AS REAL)) AS most,
       count(DISTINCT x_text) > 2 AND count(DISTINCT curve) > 2 AND min(curve LIKE '%=%' AND NOT curve LIKE '%, %')
           AND count(DISTINCT substr(curve, 1, instr(curve, '='))) = 1 AS is_heat
FROM placed JOIN value USING (run_id)
GROUP BY x_key, vm;

DROP TABLE IF EXISTS temp.panel;

CREATE TEMP TABLE panel AS
SELECT * FROM (SELECT * FROM candidate WHERE places > 1 OR (SELECT max(places) FROM candidate) = 1 ORDER BY moved DESC, first_run, first_value LIMIT 12)
ORDER BY first_run, first_value;

DROP TABLE IF EXISTS temp.point;

CREATE TEMP TABLE point AS
SELECT panel.rowid AS panel, x_text, curve, min(run_id) AS place, avg(value / per) AS mean, half95(value / per) AS half
FROM panel JOIN placed USING (x_key) JOIN value USING (run_id, vm)
GROUP BY panel.rowid, x_text, curve;

-- Places along the axis: in the order of numbers, otherwise of the runs.
DROP TABLE IF EXISTS temp.tick;

CREATE TEMP TABLE tick AS
SELECT panel, x_text, row_number() OVER (PARTITION BY panel ORDER BY CASE WHEN is_number THEN CAST(x_text AS REAL) END, min(place)) AS nth
FROM point JOIN panel ON panel.rowid = panel GROUP BY panel, x_text;

DROP TABLE IF EXISTS temp.line;

CREATE TEMP TABLE line AS
SELECT panel, curve, row_number() OVER (PARTITION BY panel ORDER BY CAST(substr(curve, instr(curve, '=') + 1) AS REAL), min(place)) AS nth
FROM point GROUP BY panel, curve ORDER BY panel, nth;

-- `block` separates the curves.
SELECT line.rowid AS block, CASE WHEN is_number AND NOT is_heat THEN CAST(x_text AS REAL) ELSE tick.nth END AS x, x_text,
       line.nth AS y, substr(curve, instr(curve, '=') + 1) AS y_text, mean, coalesce(mean - half, mean) AS low, coalesce(mean + half, mean) AS high
FROM point JOIN tick USING (panel, x_text) JOIN line USING (panel, curve) JOIN panel ON panel.rowid = panel
ORDER BY line.rowid, x;

SELECT 'panels' AS variable, count(*) AS text FROM panel
UNION ALL SELECT 'metric', metric FROM answer
UNION ALL SELECT 'left_out', (SELECT count(*) FROM candidate WHERE places > 1) - (SELECT count(*) FROM panel WHERE places > 1)
UNION ALL SELECT 'most_curves', max(CASE WHEN is_heat THEN 1 ELSE curves END) FROM panel
UNION ALL SELECT 'heats', total(is_heat) FROM panel
UNION ALL SELECT 'numbers_' || rowid, is_number AND NOT is_heat FROM panel
UNION ALL SELECT 'least_' || rowid, least FROM panel
UNION ALL SELECT 'most_' || rowid, most FROM panel
UNION ALL SELECT 'whole_' || rowid, is_whole FROM panel
UNION ALL SELECT 'logarithmic_' || rowid, is_number AND least > 0 AND most >= 50 * least FROM panel
UNION ALL SELECT 'heat_' || rowid, is_heat FROM panel
UNION ALL SELECT 'places_' || rowid, places FROM panel
UNION ALL SELECT 'curves_' || rowid, curves FROM panel
UNION ALL SELECT 'low_' || panel, min(mean) FROM point GROUP BY panel
UNION ALL SELECT 'high_' || panel, max(mean) FROM point GROUP BY panel
UNION ALL SELECT 'first_' || panel, min(rowid) FROM line GROUP BY panel
UNION ALL SELECT 'axis_' || rowid, CASE WHEN x_key = '' THEN 'variant' ELSE x_key END FROM panel
UNION ALL SELECT 'second_' || rowid, (SELECT substr(curve, 1, instr(curve, '=') - 1) FROM line WHERE line.panel = panel.rowid) FROM panel
UNION ALL SELECT 'title_' || rowid, CASE WHEN vm = '' THEN 'the host' ELSE vm END FROM panel
UNION ALL SELECT 'unit_' || rowid, CASE per WHEN 1e3 THEN 'thousand ' WHEN 1e6 THEN 'million ' ELSE '' END || coalesce(unit, '') FROM panel
UNION ALL SELECT 'letters_' || rowid, places * longest FROM panel
UNION ALL SELECT 'curve_' || line.rowid, CASE WHEN curves = 1 THEN (SELECT metric FROM answer) WHEN curve = '' THEN 'otherwise' ELSE curve END
          FROM line JOIN panel ON panel.rowid = panel;
