-- run_id, point, value: one row for each run and each point of paper.csv. All at the end of the run,
-- when the last snapshot has been held until the scanner had covered it.

SELECT run_id,
       variant || ': ' || CASE metric WHEN 'shared_pages' THEN 'shared'
                                      WHEN 'saved_pages' THEN 'saved'
                                      WHEN 'zero_saved_pages' THEN 'zero'
                                      WHEN 'self_saved_pages' THEN 'saved within VMs'
                                      ELSE 'saved between VMs' END,
       value
FROM chosen JOIN result USING (run_id)
WHERE vm = '' AND metric IN ('shared_pages', 'saved_pages', 'zero_saved_pages',
                             'self_saved_pages', 'inter_saved_pages');

-- Of the memory of the VMs, 128 MB or 32,768 pages each.
SELECT run_id,
       variant || CASE metric WHEN 'shared_pages' THEN ': shared, percent'
                              ELSE ': saved, percent' END,
       100 * value / (32768 * CAST(substr(variant, 5) AS INTEGER))
FROM chosen JOIN result USING (run_id)
WHERE vm = '' AND metric IN ('shared_pages', 'saved_pages') AND variant GLOB 'vms=[1-4]';
