-- One row for each amount: double-paged pages and touches per second, mean over the seeds.
WITH way AS (
    SELECT substr(variant, 1, instr(variant, '=') - 1) AS how,
           CAST(substr(variant, instr(variant, '=') + 1) AS INTEGER) AS mb,
           (max(CASE WHEN metric = 'double_paged' AND t_s = 600 THEN value END)
            - max(CASE WHEN metric = 'double_paged' AND t_s = 250 THEN value END)) / 350 AS double_s,
           avg(CASE WHEN metric = 'throughput' AND t_s > 250 THEN value END) AS pages_s
    FROM chosen JOIN series USING (run_id)
    WHERE vm = 'linux' AND metric IN ('double_paged', 'throughput')
    GROUP BY run_id)
SELECT mb, avg(CASE WHEN how = 'random' THEN double_s END) AS random,
       avg(CASE WHEN how = 'lru' THEN double_s END) AS lru,
       avg(CASE WHEN how = 'clock' THEN double_s END) AS clock,
       avg(CASE WHEN how = 'balloon' THEN double_s END) AS balloon,
       avg(CASE WHEN how = 'random' THEN pages_s END) AS random_pages,
       avg(CASE WHEN how = 'lru' THEN pages_s END) AS lru_pages,
       avg(CASE WHEN how = 'clock' THEN pages_s END) AS clock_pages,
       avg(CASE WHEN how = 'balloon' THEN pages_s END) AS balloon_pages,
       avg(CASE WHEN how = 'cyclic-random' THEN double_s END) AS cyclic_random,
       avg(CASE WHEN how = 'cyclic-lru' THEN double_s END) AS cyclic_lru,
       avg(CASE WHEN how = 'cyclic-clock' THEN double_s END) AS cyclic_clock,
       avg(CASE WHEN how = 'cyclic-balloon' THEN double_s END) AS cyclic_balloon
FROM way
GROUP BY mb
ORDER BY mb;
