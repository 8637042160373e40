-- Any run: what each VM has, over time. Where `chosen` has several runs, their mean, and the least and the most of them.

-- The unit of time that suits the length of the run.
DROP TABLE IF EXISTS temp.clock;

CREATE TEMP TABLE clock AS
WITH run_s(s) AS (SELECT max(sim_s) FROM chosen JOIN run USING (run_id))
SELECT s, CASE WHEN s < 300 THEN 1.0 WHEN s < 18000 THEN 60.0 ELSE 3600.0 END AS unit_s,
       CASE WHEN s < 300 THEN 'seconds' WHEN s < 18000 THEN 'minutes' ELSE 'hours' END AS unit,
       CASE WHEN s > 2000 * every_s THEN s / 400 ELSE every_s END AS step_s -- of very many samples the mean and the range of some
FROM run_s, (SELECT max(CAST(value AS REAL)) AS every_s FROM chosen JOIN param USING (run_id) WHERE key = 'sample_every_s');

-- Memory of VMs, by sample. The VM '' is the sum of all.
DROP TABLE IF EXISTS temp.sample;

CREATE TEMP TABLE sample AS
SELECT run_id, t_s, vm,
       max(CASE metric WHEN 'alloc_mb' THEN value END) AS alloc,
       max(CASE metric WHEN 'active_mb' THEN value END) AS active,
       max(CASE metric WHEN 'balloon_mb' THEN value END) AS balloon,
       max(CASE metric WHEN 'swapped_mb' THEN value END) AS swapped
FROM chosen JOIN series USING (run_id)
WHERE vm <> '' AND metric IN ('alloc_mb', 'active_mb', 'balloon_mb', 'swapped_mb')
GROUP BY run_id, t_s, vm;

INSERT INTO sample
SELECT run_id, t_s, '', sum(alloc), sum(active), sum(balloon), sum(swapped) FROM sample GROUP BY run_id, t_s;

-- A panel for the sum of all VMs, unless there is only one, and one for each VM in the order of the configuration. Where there are
-- more than 23 VMs, those whose allocation moves most.
DROP TABLE IF EXISTS temp.panel;

CREATE TEMP TABLE panel AS
WITH one(run_id) AS (SELECT min(run_id) FROM chosen),
     moved AS (SELECT vm, max(alloc) - min(alloc) AS mb FROM sample WHERE vm <> '' GROUP BY vm),
     set_to AS (SELECT key, value, row_number() OVER () AS place FROM param WHERE run_id = (SELECT run_id FROM one)),
     given AS (SELECT vm, max(mb) AS mb, min(place) AS place, CAST(max(value) AS REAL) AS most
               FROM moved LEFT JOIN set_to ON key = 'vm.' || vm || '.memory_mb'
               GROUP BY vm),
     shown AS (SELECT * FROM given WHERE vm = coalesce((SELECT vm FROM asked), vm) ORDER BY mb DESC, place LIMIT 23)
SELECT '' AS vm, -1 AS place, (SELECT CAST(value AS REAL) FROM param JOIN one USING (run_id) WHERE key = 'machine.memory_mb') AS most
WHERE (SELECT count(*) FROM given) > 1 AND (SELECT vm FROM asked) IS NULL
UNION ALL SELECT vm, place, most FROM shown
ORDER BY place;

-- GB where a panel would need five digits. `block` separates the panels.
SELECT panel.rowid AS block, min(t_s) / unit_s AS t, most / mb AS most,
       avg(alloc) / mb AS alloc, min(alloc) / mb AS alloc_least, max(alloc) / mb AS alloc_most,
       avg(active) / mb AS active, min(active) / mb AS active_least, max(active) / mb AS active_most,
       avg(balloon) / mb AS balloon, min(balloon) / mb AS balloon_least, max(balloon) / mb AS balloon_most,
       avg(swapped) / mb AS swapped, min(swapped) / mb AS swapped_least, max(swapped) / mb AS swapped_most
FROM (SELECT vm AS name, CASE WHEN max(alloc) < 10000 THEN 1.0 ELSE 1024.0 END AS mb FROM sample GROUP BY vm)
     JOIN panel ON vm = name JOIN sample USING (vm), clock
GROUP BY panel.rowid, CAST(t_s / step_s + 0.5 AS INTEGER)
ORDER BY panel.rowid, 2;

-- The state of free memory: of all moments of a step the worst.
SELECT min(t_s) / unit_s AS t, avg(value) AS state, min(value) AS state_least, max(value) AS state_most
FROM (SELECT run_id, t_s, max(value) AS value FROM chosen JOIN series USING (run_id), clock
      WHERE vm = '' AND metric = 'state'
      GROUP BY run_id, CAST(t_s / step_s + 0.5 AS INTEGER)), clock
GROUP BY CAST(t_s / step_s + 0.5 AS INTEGER)
ORDER BY 1;

SELECT 'time_unit' AS variable, (SELECT unit FROM clock) AS text
UNION ALL SELECT 'time_end', (SELECT s / unit_s FROM clock)
UNION ALL SELECT 'panels', (SELECT count(*) FROM panel)
UNION ALL SELECT 'vms', (SELECT count(DISTINCT vm) FROM sample WHERE vm <> '')
UNION ALL SELECT 'spread', (SELECT count(*) > 1 OR max(s) > 2000 * max(CAST(value AS REAL)) FROM clock, chosen JOIN param USING (run_id) WHERE key = 'sample_every_s')
UNION ALL SELECT 'unit_' || panel.rowid,
       CASE WHEN (SELECT max(alloc) FROM sample WHERE sample.vm = panel.vm) < 10000 THEN 'MB' ELSE 'GB' END FROM panel
UNION ALL SELECT 'title_' || panel.rowid,
       CASE WHEN vm = '' THEN printf('All VMs together, on %g MB', most) || (SELECT CASE WHEN count(DISTINCT vm) > 24 THEN printf('; below, of %d VMs the 23 whose allocation moves most', count(DISTINCT vm) - 1) ELSE '' END FROM sample) ELSE vm || coalesce(': ' || (SELECT group_concat(value, ', ') FROM param
            WHERE run_id = (SELECT min(run_id) FROM chosen) AND key IN ('vm.' || vm || '.guest', 'vm.' || vm || '.workload')), '') END
       FROM panel;
