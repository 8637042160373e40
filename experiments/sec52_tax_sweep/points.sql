-- run_id, point, value: one row for each run and each point of paper.csv.
--
-- An independent solver of the equal price, in floating point, from the paper's formula: all VMs that neither min nor max
-- holds pay rho = S / (P (f + k (1 - f))), k = 1 / (1 - tax). With x = 1 / rho that is P = A + (x S - A) / k above the active
-- memory A, and P = x S up to it. x is found by bisection; what is to be shared out is the sum of the targets.

DROP TABLE IF EXISTS temp.setting;

CREATE TEMP TABLE setting AS
SELECT run_id, key, CAST(value AS REAL) AS number FROM chosen JOIN param USING (run_id)
WHERE key = 'policy.idle_tax' OR key LIKE 'vm.%.shares' OR key LIKE 'vm.%.min_mb' OR key LIKE 'vm.%.memory_mb';

CREATE INDEX temp.setting_key ON setting(run_id, key);

DROP TABLE IF EXISTS temp.claim;

CREATE TEMP TABLE claim AS
SELECT run_id, printf('%.9f', t_s) AS at, vm, 256 * active_mb AS active, 256 * target_mb AS target,
       tax.number AS tax, shares.number AS shares,
       round(256 * least.number) AS least, round(256 * most.number) AS most
FROM chosen JOIN decision USING (run_id)
     JOIN setting AS tax USING (run_id) JOIN setting AS shares USING (run_id)
     JOIN setting AS least USING (run_id) JOIN setting AS most USING (run_id)
WHERE tax.key = 'policy.idle_tax' AND shares.key = 'vm.' || vm || '.shares'
  AND least.key = 'vm.' || vm || '.min_mb' AND most.key = 'vm.' || vm || '.memory_mb';

CREATE INDEX temp.claim_at ON claim(run_id, at);

-- Computed twice at one moment: only the last would count, so none does.
DELETE FROM claim WHERE (run_id, at) IN
    (SELECT run_id, at FROM claim GROUP BY run_id, at HAVING count(*) > count(DISTINCT vm));

DROP TABLE IF EXISTS temp.solved;

CREATE TEMP TABLE solved AS
WITH RECURSIVE problem AS (
         SELECT run_id, at, sum(target) AS total FROM claim GROUP BY run_id, at),
     bisect(run_id, at, total, low, high, step) AS (
         SELECT run_id, at, total, 0.0, 1e6, 0 FROM problem
         UNION ALL
         SELECT run_id, at, total,
             CASE WHEN (SELECT sum(max(least, min(most,
                    CASE WHEN shares * (low + high) / 2 < active THEN shares * (low + high) / 2
                         ELSE active + (shares * (low + high) / 2 - active) * (1 - tax) END)))
             FROM claim WHERE claim.run_id = bisect.run_id AND claim.at = bisect.at) < total
                  THEN (low + high) / 2 ELSE low END,
             CASE WHEN (SELECT sum(max(least, min(most,
                    CASE WHEN shares * (low + high) / 2 < active THEN shares * (low + high) / 2
                         ELSE active + (shares * (low + high) / 2 - active) * (1 - tax) END)))
             FROM claim WHERE claim.run_id = bisect.run_id AND claim.at = bisect.at) < total
                  THEN high ELSE (low + high) / 2 END,
             step + 1
         FROM bisect WHERE step < 60)
SELECT run_id, at, high AS x FROM bisect WHERE step = 60;

CREATE INDEX temp.solved_at ON solved(run_id, at);

-- The worst of all runs.
SELECT min(run_id), CASE WHEN variant LIKE 'tax=%' THEN 'pair of Figure 7: targets off the solver'
                    ELSE 'random sets: targets off the solver' END,
       max(abs(target - max(least, min(most,
           CASE WHEN shares * x < active THEN shares * x ELSE active + (shares * x - active) * (1 - tax) END))))
FROM chosen JOIN claim USING (run_id) JOIN solved USING (run_id, at)
GROUP BY variant LIKE 'tax=%';

SELECT run_id, 'targets outside min and max', sum(target < least OR target > most)
FROM claim
GROUP BY run_id;

SELECT run_id, 'decisions compared', count(DISTINCT at)
FROM claim
GROUP BY run_id;

-- The last targets of the pair.
SELECT run_id, substr(vm, 6) || ', ' || variant, value
FROM chosen JOIN series USING (run_id)
WHERE metric = 'target_mb' AND t_s = 700 AND variant IN ('tax=0', 'tax=0.75', 'tax=0.99');
