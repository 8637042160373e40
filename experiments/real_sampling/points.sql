-- run_id, point, value: estimates against the pages touched in the period, at the end of each period from the third minute on,
-- when the boot is over.
DROP TABLE IF EXISTS temp.period;

CREATE TEMP TABLE period AS
SELECT run_id, vm, variant, t_s,
       max(CASE metric WHEN 'active_slow_mb' THEN value END) AS slow,
       max(CASE metric WHEN 'active_fast_mb' THEN value END) AS fast,
       max(CASE metric WHEN 'active_mb' THEN value END) AS highest,
       max(CASE metric WHEN 'touched_mb' THEN value END) AS truth
FROM chosen JOIN series USING (run_id)
WHERE vm <> '' AND t_s > 120 AND t_s % CAST(substr(variant, 8) AS INTEGER) = 0
GROUP BY run_id, vm, t_s;

SELECT run_id, vm || ', ' || variant || ': touched', avg(truth) FROM period GROUP BY run_id, vm;
SELECT run_id, vm || ', ' || variant || ': slow, bias', avg(slow - truth) FROM period GROUP BY run_id, vm;
SELECT run_id, vm || ', ' || variant || ': fast, bias', avg(fast - truth) FROM period GROUP BY run_id, vm;
SELECT run_id, vm || ', ' || variant || ': max, bias', avg(highest - truth) FROM period GROUP BY run_id, vm;
SELECT run_id, vm || ', ' || variant || ': slow, error', sqrt(avg((slow - truth) * (slow - truth))) FROM period GROUP BY run_id, vm;
SELECT run_id, vm || ', ' || variant || ': fast, error', sqrt(avg((fast - truth) * (fast - truth))) FROM period GROUP BY run_id, vm;
SELECT run_id, vm || ', ' || variant || ': max, error', sqrt(avg((highest - truth) * (highest - truth))) FROM period GROUP BY run_id, vm;
