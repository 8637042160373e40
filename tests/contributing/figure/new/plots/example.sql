SELECT t_s / 60 AS minutes, avg(value) AS saved
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'saved_mb'
GROUP BY t_s
ORDER BY t_s;
