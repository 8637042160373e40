-- run_id, point, value
SELECT run_id, 'saved at the end', value
FROM chosen JOIN series USING (run_id)
WHERE vm = '' AND metric = 'saved_mb' AND t_s = 300;
