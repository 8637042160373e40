-- run_id, point, value. The process has filled its memory and the hypervisor has taken its part by 250 s.
DROP TABLE IF EXISTS temp.way;

CREATE TEMP TABLE way AS
SELECT run_id, seed, substr(variant, 1, instr(variant, '=') - 1) AS how,
       CAST(substr(variant, instr(variant, '=') + 1) AS INTEGER) AS mb,
       (max(CASE WHEN metric = 'double_paged' AND t_s = 600 THEN value END)
        - max(CASE WHEN metric = 'double_paged' AND t_s = 250 THEN value END)) / 350 AS double_s,
       avg(CASE WHEN metric = 'throughput' AND t_s > 250 THEN value END) AS pages_s
FROM chosen JOIN series USING (run_id)
WHERE vm = 'linux' AND metric IN ('double_paged', 'throughput')
GROUP BY run_id;

-- Of the worst amount and order, whole runs.
SELECT max(run_id), 'double-paged under ballooning', max(value)
FROM chosen JOIN series USING (run_id)
WHERE metric = 'double_paged' AND (variant LIKE 'balloon=%' OR variant LIKE 'cyclic-balloon=%')
GROUP BY seed;

SELECT w.run_id, 'rotation: ' || substr(w.how, 8) || ' over random, double-paged at ' || w.mb || ' MB',
       w.double_s / r.double_s
FROM way w JOIN way r USING (seed, mb)
WHERE w.how IN ('cyclic-lru', 'cyclic-clock') AND r.how = 'cyclic-random' AND w.mb > 0;

SELECT w.run_id, 'Zipf: ' || w.how || ' over random, double-paged at ' || w.mb || ' MB',
       w.double_s / r.double_s
FROM way w JOIN way r USING (seed, mb)
WHERE w.how IN ('lru', 'clock') AND r.how = 'random' AND w.mb IN (16, 32, 48);

SELECT b.run_id, 'Zipf: ballooning over random paging, throughput at ' || b.mb || ' MB',
       b.pages_s / r.pages_s
FROM way b JOIN way r USING (seed, mb)
WHERE b.how = 'balloon' AND r.how = 'random' AND b.mb IN (16, 32, 48);

SELECT b.run_id, 'rotation: ballooning over random paging, throughput at ' || b.mb || ' MB',
       b.pages_s / r.pages_s
FROM way b JOIN way r USING (seed, mb)
WHERE b.how = 'cyclic-balloon' AND r.how = 'cyclic-random' AND b.mb > 0;
