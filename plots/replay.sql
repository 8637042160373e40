-- The miss ratio against the size of memory: a block for each policy or estimate, in the order in which they were stored. Sizes are in MB
-- where all pages have a known size.
WITH point AS (SELECT run_id, way.value AS name, CAST(size.value AS INTEGER) AS pages
               FROM chosen JOIN param AS way USING (run_id) JOIN param AS size USING (run_id)
               WHERE way.key IN ('policy', 'estimate') AND size.key = 'memory_pages'),
     curve AS (SELECT name, row_number() OVER (ORDER BY min(run_id)) AS number FROM point GROUP BY name)
SELECT number AS block, pages, coalesce(mb.value, pages) AS size, ratio.value AS miss_ratio
FROM point JOIN curve USING (name) JOIN result AS ratio USING (run_id)
     LEFT JOIN result AS mb ON mb.run_id = point.run_id AND mb.metric = 'memory_mb'
WHERE ratio.metric = 'miss_ratio'
ORDER BY number, pages;

-- What the curves are called.
WITH point AS (SELECT run_id, way.value AS name FROM chosen JOIN param AS way USING (run_id) WHERE way.key IN ('policy', 'estimate')),
     curve AS (SELECT name, min(run_id) AS first FROM point GROUP BY name)
SELECT 'names' AS variable, (SELECT group_concat(name, ' ') FROM (SELECT name FROM curve ORDER BY first)) AS text
UNION ALL SELECT 'unit', CASE WHEN EXISTS (SELECT 1 FROM chosen JOIN result USING (run_id) WHERE metric = 'memory_mb') THEN 'MB' ELSE 'pages' END
UNION ALL SELECT 'floor_ratio', (SELECT max(pages.value / touches.value) FROM chosen JOIN result AS pages USING (run_id) JOIN result AS touches USING (run_id)
                                 WHERE pages.metric = 'touched_pages' AND touches.metric = 'touches');
