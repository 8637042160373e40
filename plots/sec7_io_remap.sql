-- One row for each threshold ("never" stands at 1,023): copies, and copies with moves of pages, for
-- 100 I/Os; means over the seeds.
CREATE TEMP TABLE share AS
SELECT variant, vm,
       avg(100.0 * copies / requests) AS copies, avg(100.0 * (copies + moves) / requests) AS work
FROM (SELECT run_id, variant, vm, sum(CASE WHEN metric = 'io_requests' THEN value END) AS requests,
             sum(CASE WHEN metric = 'io_copies' THEN value END) AS copies,
             sum(CASE WHEN metric IN ('io_remaps', 'io_returns') THEN value END) AS moves
      FROM chosen JOIN result USING (run_id)
      GROUP BY run_id, vm)
GROUP BY variant, vm;

SELECT CASE variant WHEN 'never' THEN 1023 ELSE CAST(substr(variant, 11) AS INTEGER) END AS threshold,
       max(CASE WHEN vm = 'network_few' THEN copies END) AS network_few,
       max(CASE WHEN vm = 'network_many' THEN copies END) AS network_many,
       max(CASE WHEN vm = 'disk_few' THEN copies END) AS disk_few,
       max(CASE WHEN vm = 'disk_many' THEN copies END) AS disk_many,
       max(CASE WHEN vm = 'disk_uniform' THEN copies END) AS disk_uniform,
       max(CASE WHEN vm = 'network_many' THEN work END) AS network_many_work,
       max(CASE WHEN vm = 'disk_many' THEN work END) AS disk_many_work,
       max(CASE WHEN vm = 'disk_uniform' THEN work END) AS disk_uniform_work
FROM share
WHERE variant = 'never' OR variant LIKE 'threshold=%'
GROUP BY variant
ORDER BY threshold;

-- One row for each way to make room in a scarce pool.
SELECT CASE variant WHEN 'scarce none' THEN 0 WHEN 'scarce random' THEN 1 ELSE 2 END AS way,
       max(CASE WHEN vm = 'network_few' THEN work END) AS network_few,
       max(CASE WHEN vm = 'network_many' THEN work END) AS network_many,
       max(CASE WHEN vm = 'disk_few' THEN work END) AS disk_few,
       max(CASE WHEN vm = 'disk_many' THEN work END) AS disk_many,
       max(CASE WHEN vm = 'disk_uniform' THEN work END) AS disk_uniform,
       max(CASE WHEN vm = '' THEN work END) AS whole
FROM share
WHERE variant LIKE 'scarce%'
GROUP BY variant
ORDER BY way;

-- What the VMs do: "disk, 65,536 pages, Zipf".
WITH given AS (SELECT key, value FROM param WHERE run_id = (SELECT min(run_id) FROM chosen)),
     vm(name) AS (VALUES ('network_few'), ('network_many'), ('disk_few'), ('disk_many'), ('disk_uniform'))
SELECT name AS variable,
       substr(name, 1, instr(name, '_') - 1) || ', '
       || (SELECT printf('%,d', value) FROM given WHERE key = 'vm.' || name || '.device_io.buffer_pages') || ' pages'
       || CASE WHEN (SELECT value + 0 FROM given WHERE key = 'vm.' || name || '.device_io.zipf') > 0 THEN ', Zipf' ELSE '' END AS text
FROM vm
UNION ALL SELECT 'scarce_mb',
       coalesce((SELECT printf('%g', low.value - own.value)
                 FROM chosen JOIN param low USING (run_id) JOIN param own USING (run_id)
                 WHERE low.key = 'machine.low_mb' AND own.key = 'machine.hypervisor_mb'
                   AND variant LIKE 'scarce%' LIMIT 1), '');
