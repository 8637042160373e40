-- run_id, point, value: what a scaled run must get right. `chosen` holds the runs of one experiment.

SELECT run_id, 'Figure 7: ' || vm || ', allocation, tax 0 (MB)', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE experiment = 'fig7_idle_tax' AND metric = 'alloc_mb' AND vm <> '' AND t_s BETWEEN 540 AND 1848 GROUP BY run_id, vm;

SELECT run_id, 'Figure 7: ' || vm || ', allocation, tax 75% (MB)', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE experiment = 'fig7_idle_tax' AND metric = 'alloc_mb' AND vm <> '' AND t_s BETWEEN 1920 AND 3600 GROUP BY run_id, vm;

SELECT run_id, 'Figure 7: ' || vm || ', estimate, tax 75% (MB)', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE experiment = 'fig7_idle_tax' AND metric = 'active_mb' AND vm <> '' AND t_s BETWEEN 1920 AND 3600 GROUP BY run_id, vm;

SELECT run_id, 'Figure 7: linux, swapped out (MB)', value
FROM chosen JOIN result USING (run_id)
WHERE experiment = 'fig7_idle_tax' AND metric = 'swap_out_mb' AND vm = 'linux';

SELECT run_id, 'Figure 8: ' || vm || ', allocation from 20 min on (MB)', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE experiment = 'fig8_dynamic' AND metric = 'alloc_mb' AND vm <> '' AND t_s >= 1200 GROUP BY run_id, vm;

SELECT run_id, 'Figure 8: host, ' || metric || ' from 20 min on', avg(value)
FROM chosen JOIN series USING (run_id)
WHERE experiment = 'fig8_dynamic' AND metric IN ('shared_mb', 'saved_mb', 'zero_mb', 'free_mb') AND vm = '' AND t_s >= 1200
GROUP BY run_id, metric;

SELECT run_id, 'Figure 8: all VMs, ' || metric || ' from 20 min on', total(value)
FROM (SELECT run_id, vm, metric, avg(value) AS value FROM chosen JOIN series USING (run_id)
      WHERE experiment = 'fig8_dynamic' AND metric IN ('active_mb', 'balloon_mb', 'swapped_mb') AND vm <> '' AND t_s >= 1200
      GROUP BY run_id, vm, metric)
GROUP BY run_id, metric;

SELECT run_id, 'Figure 8: host, most shared in the boot (MB)', max(value)
FROM chosen JOIN series USING (run_id)
WHERE experiment = 'fig8_dynamic' AND metric = 'shared_mb' AND vm = '' AND t_s <= 212 GROUP BY run_id;

SELECT run_id, 'Figure 8: ' || metric, total(value)
FROM chosen JOIN result USING (run_id)
WHERE experiment = 'fig8_dynamic' AND metric IN ('swap_in_mb', 'cow_breaks') AND vm <> '' GROUP BY run_id, metric;

SELECT run_id, 'real_sharing: ' || substr(variant, 1, 5) || ', ' || metric || ' at ' || CAST(t_s / 60 AS INTEGER) || ' min', value
FROM chosen JOIN series USING (run_id)
WHERE experiment = 'real_sharing' AND (variant LIKE 'vms=1%' OR variant LIKE 'vms=4%') AND vm = '' AND t_s IN (600, 3600)
  AND metric IN ('saved_mb', 'zero_mb');
