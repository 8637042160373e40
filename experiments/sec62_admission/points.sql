-- run_id, point, value. How each power-on ended: 0 admitted, 1 refused for memory, 2 refused for swap.
SELECT run_id, variant || ': ' || vm || ', outcome',
       CASE WHEN kind = 'power_on' THEN 0 WHEN detail LIKE '%machine memory%' THEN 1 ELSE 2 END
FROM chosen JOIN event USING (run_id)
WHERE kind IN ('power_on', 'refused');

-- "needs 32.0 MB of ..., 0.0 MB are not reserved"
SELECT run_id, variant || ': ' || vm || ', needed', CAST(substr(detail, 7) AS REAL)
FROM chosen JOIN event USING (run_id)
WHERE kind = 'refused';

SELECT run_id, variant || ': ' || vm || ', left', CAST(substr(detail, instr(detail, ', ') + 2) AS REAL)
FROM chosen JOIN event USING (run_id)
WHERE kind = 'refused';
