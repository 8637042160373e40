-- What holds at every sample of every run, whatever happens to it: MEANINGS.md says each of these in words.
-- A row for each that does not hold, none where all do. It reads any database of results.
WITH
-- Sizes are whole pages; half a page is more than rounding and less than a page.
half_page(mb) AS (SELECT 1.0 / 512),
machine AS (
    SELECT run_id, max(CASE key WHEN 'machine.memory_mb' THEN value + 0.0 END) AS memory_mb,
           max(CASE key WHEN 'machine.hypervisor_mb' THEN value + 0.0 END) AS hypervisor_mb
    FROM param WHERE key IN ('machine.memory_mb', 'machine.hypervisor_mb') GROUP BY run_id),
vm_sample AS (
    SELECT run_id, t_s, vm, max(CASE metric WHEN 'alloc_mb' THEN value END) AS alloc_mb,
           max(CASE metric WHEN 'balloon_mb' THEN value END) AS balloon_mb,
           max(CASE metric WHEN 'swapped_mb' THEN value END) AS swapped_mb,
           coalesce(max(CASE metric WHEN 'compressed_mb' THEN value END), 0) AS compressed_mb,
           coalesce(max(CASE metric WHEN 'compressed_memory_mb' THEN value END), 0) AS compressed_memory_mb,
           max(CASE metric WHEN 'untouched_mb' THEN value END) AS untouched_mb,
           max(CASE metric WHEN 'target_mb' THEN value END) AS target_mb
    FROM series WHERE vm <> ''
        AND metric IN ('alloc_mb', 'balloon_mb', 'swapped_mb', 'compressed_mb', 'compressed_memory_mb',
                       'untouched_mb', 'target_mb')
    GROUP BY run_id, t_s, vm),
host_sample AS (
    SELECT run_id, t_s, max(CASE metric WHEN 'overhead_mb' THEN value END) AS overhead_mb,
           coalesce(max(CASE metric WHEN 'memory_lost_mb' THEN value END), 0) AS lost_mb,
           coalesce(max(CASE metric WHEN 'saved_mb' THEN value END), 0) AS saved_mb
    FROM series WHERE vm = '' AND metric IN ('overhead_mb', 'saved_mb', 'memory_lost_mb') GROUP BY run_id, t_s),
limits AS (
    SELECT run_id, vm, size.value + 0.0 AS memory_mb, min.value + 0.0 AS min_mb,
           CASE "limit".value WHEN 'none' THEN size.value + 0.0 ELSE "limit".value + 0.0 END AS limit_mb
    FROM (SELECT DISTINCT run_id, vm FROM vm_sample)
    JOIN param AS size USING (run_id) JOIN param AS min USING (run_id) JOIN param AS "limit" USING (run_id)
    WHERE size.key = 'vm.' || vm || '.memory_mb' AND min.key = 'vm.' || vm || '.min_mb'
        AND "limit".key = 'vm.' || vm || '.limit_mb'),
broken AS (
    SELECT run_id, t_s, vm, 'configured = alloc + ballooned + compressed + swapped + untouched' AS rule,
           alloc_mb + balloon_mb + compressed_mb + swapped_mb + untouched_mb AS found, memory_mb AS expected
    FROM vm_sample JOIN limits USING (run_id, vm), half_page WHERE abs(found - expected) > half_page.mb
    UNION ALL
    SELECT run_id, t_s, vm, 'a target is at least the min', target_mb, min_mb
    FROM vm_sample JOIN limits USING (run_id, vm), half_page WHERE target_mb < min_mb - half_page.mb
    UNION ALL
    SELECT run_id, t_s, vm, 'balloon, compression and swap together leave a VM its min',
           memory_mb - balloon_mb - swapped_mb - compressed_mb + compressed_memory_mb AS left_mb, min_mb
    FROM vm_sample JOIN limits USING (run_id, vm), half_page WHERE left_mb < min_mb - half_page.mb
    UNION ALL
    SELECT run_id, t_s, vm, 'compressed pages take half of their size', compressed_memory_mb, compressed_mb / 2
    FROM vm_sample, half_page WHERE abs(compressed_memory_mb - compressed_mb / 2) > 1.5 * half_page.mb
    UNION ALL
    SELECT large.run_id, large.t_s, large.vm, 'large pages are allocated', large.value, alloc_mb
    FROM series AS large JOIN vm_sample USING (run_id, t_s, vm), half_page
    WHERE large.metric = 'large_mb' AND large.value > alloc_mb + half_page.mb
    UNION ALL
    SELECT run_id, t_s, vm, 'a target is at most the limit', target_mb, limit_mb
    FROM vm_sample JOIN limits USING (run_id, vm), half_page
    WHERE target_mb > min(limit_mb, memory_mb) + half_page.mb
    UNION ALL
    SELECT run_id, t_s, '', 'alloc + compressed - saved + overhead + hypervisor + lost is at most the machine',
           sum(alloc_mb) + sum(compressed_memory_mb) - saved_mb + overhead_mb + hypervisor_mb + lost_mb AS used, memory_mb
    FROM vm_sample JOIN host_sample USING (run_id, t_s) JOIN machine USING (run_id), half_page
    GROUP BY run_id, t_s HAVING used > memory_mb + half_page.mb
    UNION ALL
    SELECT run_id, t_s, vm, metric || ' is not negative', value, 0 FROM series WHERE value < 0
    UNION ALL
    SELECT run_id, NULL, vm, metric || ' is not negative', value, 0 FROM result WHERE value < 0)
SELECT experiment, variant, seed, t_s, vm, rule, round(found, 4) AS found, round(expected, 4) AS expected
FROM broken JOIN run USING (run_id) ORDER BY run_id, t_s, vm;
