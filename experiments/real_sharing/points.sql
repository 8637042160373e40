-- run_id, point, value: in percent of the VMs' memory after 30 minutes, as in the paper; and how much of the optimum that is.
SELECT run_id, variant || CASE metric WHEN 'shared_mb' THEN ': shared' ELSE ': reclaimed' END,
       value / (1.28 * CAST(substr(variant, 5) AS INTEGER))
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND t_s = 1800 AND metric IN ('shared_mb', 'saved_mb');

SELECT run_id, variant || ': reclaimed, of the optimum, after ' || CAST(t_s / 60 AS INTEGER) || ' min',
       100 * max(CASE metric WHEN 'saved_mb' THEN value END) / max(CASE metric WHEN 'optimum_saved_mb' THEN value END)
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND t_s IN (600, 1800, 3600) AND metric IN ('saved_mb', 'optimum_saved_mb')
GROUP BY run_id, t_s;
