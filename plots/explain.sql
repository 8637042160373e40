-- The decisions of the run in `chosen`: of each VM a row for each decision, VM by VM. Of many VMs
-- those eight whose targets moved most are drawn. A VM that has next to nothing has no price to speak of.
WITH made AS (SELECT *, row_number() OVER () AS place FROM decision WHERE run_id = (SELECT run_id FROM chosen)),
     given AS (SELECT vm, max(target_mb) - min(target_mb) AS moved, min(place) AS first FROM made GROUP BY vm),
     most AS (SELECT vm, first FROM given ORDER BY moved DESC, first LIMIT 8),
     drawn AS (SELECT vm, row_number() OVER (ORDER BY first) AS number FROM most),
     scale AS (SELECT CASE WHEN sim_s > 600 THEN 60.0 ELSE 1.0 END AS s
               FROM run JOIN chosen USING (run_id))
SELECT t_s / s AS time, number, alloc_mb AS alloc, target_mb AS target,
       CASE WHEN alloc_mb >= 1 THEN price END AS price,
       balloon_target_mb AS balloon, swap_target_mb AS swap
FROM made JOIN drawn USING (vm), scale
ORDER BY number, place;

-- What the panels say: the VMs, one name a line; when something was changed by the schedule, and what.
WITH made AS (SELECT *, row_number() OVER () AS place FROM decision WHERE run_id = (SELECT run_id FROM chosen)),
     given AS (SELECT vm, max(target_mb) - min(target_mb) AS moved, min(place) AS first FROM made GROUP BY vm),
     most AS (SELECT vm, first FROM given ORDER BY moved DESC, first LIMIT 8),
     scale AS (SELECT CASE WHEN sim_s > 600 THEN 60.0 ELSE 1.0 END AS s, sim_s
               FROM run JOIN chosen USING (run_id))
SELECT 'vms' AS variable, group_concat(replace(vm, ' ', '_'), ' ') AS text
FROM (SELECT vm FROM most ORDER BY first)
UNION ALL SELECT 'vm_count', (SELECT count(*) FROM given)
UNION ALL SELECT 'end_time', (SELECT sim_s / s FROM scale)
UNION ALL SELECT 'time_unit', (SELECT CASE s WHEN 60.0 THEN 'minutes' ELSE 'seconds' END FROM scale)
UNION ALL SELECT 'priced', (SELECT count(price) > 0 FROM made WHERE alloc_mb >= 1)
UNION ALL SELECT 'change_times',
       (SELECT coalesce(group_concat(t_s / s, ' '), '') FROM event JOIN chosen USING (run_id), scale
        WHERE kind = 'change')
UNION ALL SELECT 'change_texts',
       (SELECT coalesce(group_concat(replace(detail, ' ', ''), ' '), '') FROM event JOIN chosen USING (run_id)
        WHERE kind = 'change');
