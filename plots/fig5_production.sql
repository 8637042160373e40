-- Means over seeds in % of all VM memory, over hours: a block for each system.
WITH percent AS (
    SELECT variant, t_s / 3600 AS hours, metric,
           100 * avg(host.value / (SELECT sum(value) FROM series AS vms
                                   WHERE vms.run_id = host.run_id AND vms.t_s = host.t_s
                                     AND vm <> '' AND metric = 'alloc_mb')) AS share
    FROM chosen JOIN series AS host USING (run_id)
    WHERE vm = '' AND metric IN ('shared_mb', 'saved_mb') AND t_s > 0
    GROUP BY variant, t_s, metric)
SELECT hours,
       max(CASE WHEN variant = 'A' AND metric = 'shared_mb' THEN share END) AS a_shared,
       max(CASE WHEN variant = 'A' AND metric = 'saved_mb' THEN share END) AS a_reclaimed,
       max(CASE WHEN variant = 'B' AND metric = 'shared_mb' THEN share END) AS b_shared,
       max(CASE WHEN variant = 'B' AND metric = 'saved_mb' THEN share END) AS b_reclaimed,
       max(CASE WHEN variant = 'C' AND metric = 'shared_mb' THEN share END) AS c_shared,
       max(CASE WHEN variant = 'C' AND metric = 'saved_mb' THEN share END) AS c_reclaimed
FROM percent
GROUP BY hours
ORDER BY hours;
