-- Who reaches a case of CMS 2012, said a second time in SQL (the conventions: docs/testing.md, "A second opinion").
--
-- Tables hold the rows of the day, one table per input file. `pairs` are the questions, `strength` orders values. One CTE
-- per rung: person_id, case_id, value, and value_now with the position that is in use, where it is met.
WITH RECURSIVE

-- Each unit with itself and every unit above it.
above (unit_id, above_id) AS (
  SELECT unit_id, unit_id FROM units
  UNION
  SELECT above.unit_id, units.parent_id
  FROM above JOIN units ON units.unit_id = above.above_id
  WHERE units.parent_id <> ''
),

-- What a person holds. In use is the holding that says so; when none of the system does, the primary one.
held AS (
  SELECT
    person_id, position_id, system_id, unit_id, level,
    CASE
      WHEN bool_or(active) OVER (PARTITION BY person_id, system_id) THEN active
      ELSE kind = 'primary'
    END AS in_use
  FROM holdings JOIN positions USING (position_id)
),

-- Open work with the unit that it lies in: that of its position, or the hopper.
open_work AS (
  SELECT case_id, cases.system_id, position_id, coalesce(positions.unit_id, hopper_unit_id) AS unit_id
  FROM work JOIN cases USING (case_id) LEFT JOIN positions USING (position_id)
  WHERE work.status = 'open'
),

-- MEM-11: somebody without an active row of the day sees nothing.
rung_inactive AS (
  SELECT person_id, case_id, 'none' AS value, 'none' AS value_now
  FROM pairs
  WHERE person_id NOT IN (SELECT person_id FROM people WHERE active)
),

-- MEM-02: the case has no row for the day.
rung_no_case AS (
  SELECT person_id, case_id, 'none' AS value, 'none' AS value_now
  FROM pairs
  WHERE case_id NOT IN (SELECT case_id FROM cases)
),

-- CMS-35, CMS-36, CMS-37: open work on a position that the person holds; on one that is not in use it is only listed.
rung_own_work AS (
  SELECT person_id, case_id, 'edit' AS value, CASE WHEN in_use THEN 'edit' ELSE 'view' END AS value_now
  FROM held JOIN open_work USING (system_id, position_id)
),

-- CMS-38, CMS-41: a team leader, and open work on a position of the team or in its hopper.
rung_team_lead AS (
  SELECT person_id, case_id, 'edit' AS value, CASE WHEN in_use THEN 'edit' ELSE 'none' END AS value_now
  FROM held JOIN open_work USING (system_id, unit_id)
  WHERE level = 'team_leader'
),

-- CMS-06, CMS-34: a segment manager, and open work in the segment or in a unit below it.
rung_segment_manager AS (
  SELECT person_id, case_id, 'edit' AS value, CASE WHEN in_use THEN 'edit' ELSE 'none' END AS value_now
  FROM held
  JOIN above ON above.above_id = held.unit_id
  JOIN open_work ON open_work.unit_id = above.unit_id AND open_work.system_id = held.system_id
  WHERE level = 'segment_manager'
),

-- CMS-34: no position that the person holds reaches any open work of the case.
rung_no_position AS (
  SELECT person_id, case_id, 'none' AS value, 'none' AS value_now
  FROM pairs
),

met AS (
  SELECT 1 AS place, 'inactive' AS step, * FROM rung_inactive
  UNION ALL SELECT 2, 'no_case', * FROM rung_no_case
  UNION ALL SELECT 3, 'own_work', * FROM rung_own_work
  UNION ALL SELECT 4, 'team_lead', * FROM rung_team_lead
  UNION ALL SELECT 5, 'segment_manager', * FROM rung_segment_manager
  UNION ALL SELECT 6, 'no_position', * FROM rung_no_position
)

-- The first rung that is met decides. Which position is in use matters on every rung: the best of them is what is now.
SELECT
  person_id, case_id, arg_min(value, place) AS value, arg_min(step, place) AS step,
  CASE WHEN min(place) <= 2 THEN 'none' ELSE arg_max(value_now, strength(value_now)) END AS value_now
FROM pairs JOIN met USING (person_id, case_id)
GROUP BY person_id, case_id
