-- run_id, point, value. The process has filled its memory and the hypervisor has taken its part by 250 s.
DROP TABLE IF EXISTS temp.way;
DROP TABLE IF EXISTS temp.ballooned;

CREATE TEMP TABLE way AS
SELECT run_id, seed, substr(variant, 1, instr(variant, '=') - 1) AS how,
       CAST(substr(variant, instr(variant, '=') + 1) AS INTEGER) AS mb,
       avg(CASE WHEN t_s > 250 THEN value END) AS pages_s,
       -- Of the pages that the guest wrote to its paging device in the whole run, those that were in the hypervisor's swap.
       (SELECT max(CASE metric WHEN 'double_paged' THEN value END)
               / max(CASE metric WHEN 'guest_swap_out_mb' THEN value * 256 END)
        FROM result WHERE result.run_id = chosen.run_id AND vm = 'linux') AS double_paged
FROM chosen JOIN series USING (run_id)
WHERE vm = 'linux' AND metric = 'throughput'
GROUP BY run_id;

-- Of the worst amount and order: in whole runs, and of them from 250 s on.
CREATE TEMP TABLE ballooned AS
SELECT run_id, seed, max(CASE WHEN t_s <= 250 THEN value ELSE 0 END) AS before, max(value) AS all_run
FROM chosen JOIN series USING (run_id)
WHERE metric = 'double_paged' AND (variant LIKE 'balloon=%' OR variant LIKE 'cyclic-balloon=%')
GROUP BY run_id;

SELECT max(run_id), 'double-paged under ballooning', max(all_run) FROM ballooned GROUP BY seed;

SELECT max(run_id), 'double-paged under ballooning, from 250 s on', max(all_run - before)
FROM ballooned GROUP BY seed;

-- Both levels choose the same page: how often, of all pages that the guest chooses?
SELECT w.run_id, CASE WHEN w.how LIKE 'cyclic-%' THEN 'rotation: ' ELSE 'Zipf: ' END || replace(w.how, 'cyclic-', '')
                 || ' over random, double-paged of the guest''s page-outs at ' || w.mb || ' MB',
       w.double_paged / r.double_paged
FROM way w JOIN way r USING (seed, mb)
WHERE w.mb IN (16, 32, 48) AND (w.how IN ('cyclic-lru', 'cyclic-clock') AND r.how = 'cyclic-random'
                                OR w.how IN ('lru', 'clock') AND r.how = 'random');

SELECT b.run_id, 'Zipf: ballooning over random paging, throughput at ' || b.mb || ' MB',
       b.pages_s / r.pages_s
FROM way b JOIN way r USING (seed, mb)
WHERE b.how = 'balloon' AND r.how = 'random' AND b.mb IN (16, 32, 48);

SELECT b.run_id, 'rotation: ballooning over random paging, throughput at ' || b.mb || ' MB',
       b.pages_s / r.pages_s
FROM way b JOIN way r USING (seed, mb)
WHERE b.how = 'cyclic-balloon' AND r.how = 'cyclic-random' AND b.mb > 0;
