-- The run with the smallest seed: one row for each sample, one column for each curve.
WITH one AS (SELECT run_id FROM chosen ORDER BY seed LIMIT 1)
SELECT t_s / 60 AS minutes,
       max(CASE WHEN vm = 'windows' AND metric = 'alloc_mb' THEN value END) AS windows_alloc,
       max(CASE WHEN vm = 'windows' AND metric = 'active_mb' THEN value END) AS windows_active,
       max(CASE WHEN vm = 'linux' AND metric = 'alloc_mb' THEN value END) AS linux_alloc,
       max(CASE WHEN vm = 'linux' AND metric = 'active_mb' THEN value END) AS linux_active
FROM series JOIN one USING (run_id)
WHERE vm IN ('windows', 'linux') AND metric IN ('alloc_mb', 'active_mb')
GROUP BY t_s
ORDER BY t_s;

-- What the panels say of the run. The tax changes by the schedule, as "1854 s: 0.75", or never.
WITH given AS (SELECT key, value FROM param
               WHERE run_id = (SELECT run_id FROM chosen ORDER BY seed LIMIT 1)),
     change AS (SELECT CAST(value AS REAL) AS s, CAST(substr(value, instr(value, ':') + 1) AS REAL) AS tax
                FROM given WHERE key LIKE 'schedule.%.policy.idle_tax' ORDER BY 1 LIMIT 1)
SELECT 'tax_before' AS variable,
       printf('tax %g%%', 100 * (SELECT value FROM given WHERE key = 'policy.idle_tax')) AS text
UNION ALL SELECT 'tax_after', printf('tax %g%%', 100 * (SELECT tax FROM change))
UNION ALL SELECT 'change_s', coalesce((SELECT s FROM change), '')
UNION ALL SELECT 'windows_work',
       (SELECT value FROM given WHERE key = 'vm.windows.guest') || ', '
       || (SELECT value FROM given WHERE key = 'vm.windows.workload')
UNION ALL SELECT 'linux_work',
       (SELECT value FROM given WHERE key = 'vm.linux.guest') || ', '
       || coalesce((SELECT value || ' dbench clients' FROM given WHERE key = 'vm.linux.dbench.clients'),
                   (SELECT value FROM given WHERE key = 'vm.linux.workload'))
       || coalesce((SELECT printf(' from %.1f min on', value / 60.0) FROM given WHERE key LIKE 'vm.linux.%.start_s'), '');
