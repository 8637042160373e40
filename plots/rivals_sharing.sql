-- Criteria of each run: what is saved, how soon, and what it costs.
DROP TABLE IF EXISTS temp.criterion;

CREATE TEMP TABLE criterion AS
WITH saved AS (SELECT run_id, t_s, value AS mb FROM chosen JOIN series USING (run_id) WHERE metric = 'saved_mb' AND vm = ''),
     optimum AS (SELECT run_id, t_s, value AS mb FROM chosen JOIN series USING (run_id)
                 WHERE metric = 'optimum_saved_mb' AND vm = ''),
     final AS (SELECT run_id, max(t_s) AS t_s FROM saved GROUP BY run_id),
     pages AS (SELECT run_id, metric, value FROM chosen JOIN result USING (run_id) WHERE vm = '')
SELECT run_id, 1 AS number, 100.0 * saved.mb / optimum.mb AS value
FROM final JOIN saved USING (run_id, t_s) JOIN optimum USING (run_id, t_s)
UNION ALL SELECT run_id, 2, min(saved.t_s) / 60.0 FROM saved JOIN optimum USING (run_id, t_s)
          WHERE optimum.mb > 0 AND saved.mb >= 0.95 * optimum.mb GROUP BY run_id
UNION ALL SELECT run_id, 3, looked_at.value / kept.value FROM pages AS looked_at JOIN pages AS kept USING (run_id)
          WHERE looked_at.metric = 'pages_scanned' AND kept.metric = 'saved_pages'
UNION ALL SELECT run_id, 4, value FROM pages WHERE metric = 'scan_cycles_pct'
UNION ALL SELECT run_id, 5, ifnull((SELECT 64.0 * items.value / 1048576.0 FROM pages AS items
                                    WHERE items.run_id = own.run_id AND items.metric = 'rmap_items'), own.value)
          FROM pages AS own WHERE own.metric = 'sharing_metadata_mb';

-- The median over the seeds, and the least and the most. Scanners stand in the order in which they ran.
WITH scanner AS (SELECT variant, row_number() OVER (ORDER BY min(run_id)) AS place
                 FROM chosen JOIN criterion USING (run_id) GROUP BY variant),
     ranked AS (SELECT number, variant, value,
                       row_number() OVER (PARTITION BY number, variant ORDER BY value) AS rank,
                       count(*) OVER (PARTITION BY number, variant) AS runs
                FROM chosen JOIN criterion USING (run_id) WHERE value IS NOT NULL)
SELECT number AS block, place, variant AS scanner,
       avg(CASE WHEN 2 * rank BETWEEN runs AND runs + 2 THEN value END) AS median,
       min(value) AS low, max(value) AS high
FROM ranked JOIN scanner USING (variant) GROUP BY number, variant ORDER BY number, place;

SELECT 'panels' AS variable, '5' AS text
UNION ALL SELECT 'rows', count(DISTINCT variant) FROM chosen
UNION ALL SELECT 'most_' || number, max(value) FROM criterion GROUP BY number
UNION ALL SELECT 'title_1', 'saved, % of optimum'
UNION ALL SELECT 'title_2', '95% of it after, min'
UNION ALL SELECT 'title_3', 'tries per saved page'
UNION ALL SELECT 'title_4', 'scans, % of a CPU'
UNION ALL SELECT 'title_5', 'metadata, MB';
