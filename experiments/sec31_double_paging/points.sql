-- run_id, point, value. The process has filled its memory and the hypervisor has taken its part by 250 s.
CREATE TEMP TABLE way AS
SELECT run_id, seed, substr(variant, 1, instr(variant, '=') - 1) AS how,
       CAST(substr(variant, instr(variant, '=') + 1) AS INTEGER) AS mb,
       (max(CASE WHEN metric = 'double_paged' AND t_s = 600 THEN value END)
        - max(CASE WHEN metric = 'double_paged' AND t_s = 250 THEN value END)) / 350 AS double_s,
       avg(CASE WHEN metric = 'throughput' AND t_s > 250 THEN value END) AS pages_s
FROM chosen JOIN series USING (run_id)
WHERE vm = 'linux' AND metric IN ('double_paged', 'throughput')
GROUP BY run_id;

-- Of the worst amount.
SELECT max(run_id), 'double-paged under ballooning, from 250 s on', 350 * max(double_s)
FROM way
WHERE how = 'balloon'
GROUP BY seed;

SELECT max(run_id), 'double-paged under ballooning, whole run', max(value)
FROM chosen JOIN series USING (run_id)
WHERE metric = 'double_paged' AND variant LIKE 'balloon=%'
GROUP BY seed;

SELECT w.run_id, w.how || ' over random, double-paged at ' || w.mb || ' MB', w.double_s / r.double_s
FROM way w JOIN way r USING (seed, mb)
WHERE w.how IN ('lru', 'clock') AND r.how = 'random' AND w.mb IN (16, 32, 48);

SELECT b.run_id, 'ballooning over the best paging, throughput at ' || b.mb || ' MB',
       b.pages_s / max(p.pages_s)
FROM way b JOIN way p USING (seed, mb)
WHERE b.how = 'balloon' AND p.how <> 'balloon' AND b.mb IN (8, 16, 32, 48)
GROUP BY b.run_id;

SELECT w.run_id, 'lru over random, throughput at ' || w.mb || ' MB', w.pages_s / r.pages_s
FROM way w JOIN way r USING (seed, mb)
WHERE w.how = 'lru' AND r.how = 'random' AND w.mb IN (16, 32, 48);
