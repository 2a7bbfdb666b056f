-- Who sees a case of Case Manager, said a second time in SQL (the conventions: docs/testing.md, "A second opinion").
--
-- Tables hold the rows of the day, one table per input file. `pairs` are the questions, `system_policies` has one row per
-- system with its policies, `strength` orders values. One CTE per rung: person_id, case_id, value where it is met.
WITH

-- MEM-11: somebody without an active row of the day sees nothing.
rung_inactive AS (
  SELECT person_id, case_id, 'none' AS value
  FROM pairs
  WHERE person_id NOT IN (SELECT person_id FROM people WHERE active)
),

-- MEM-02: the case has no row for the day.
rung_no_case AS (
  SELECT person_id, case_id, 'none' AS value
  FROM pairs
  WHERE case_id NOT IN (SELECT case_id FROM cases)
),

-- MEM-03, MEM-31: the employee in Assigned to.
rung_assigned_to AS (
  SELECT person_id, case_id, 'edit' AS value
  FROM case_people
  WHERE link = 'assigned_to'
),

-- MEM-32, MEM-33: Other staff get what their entry says.
rung_other_staff AS (
  SELECT person_id, case_id, arg_max(access, strength(access)) AS value
  FROM case_people
  WHERE link = 'other_staff'
  GROUP BY person_id, case_id
),

-- MEM-37: "Limit access to this case to the employees specified below" is ticked.
rung_limited AS (
  SELECT person_id, case_id, 'none' AS value
  FROM pairs JOIN cases USING (case_id, system_id) JOIN system_policies USING (system_id)
  WHERE cases.limited AND limit_blocks_view_all
),

-- What a person's memberships in the case's office, team and category say together; exactly these units (MEM-09).
said AS (
  SELECT
    memberships.person_id, cases.case_id, cases.system_id,
    bool_or(memberships.access = 'deny') AS denied,
    bool_or(memberships.access = 'edit') AS may_edit
  FROM cases JOIN memberships ON memberships.unit_id IN (cases.office_id, cases.team_id, cases.category_id)
  WHERE NOT cases.limited AND memberships.access <> 'no'
  GROUP BY ALL
),

-- MEM-20, MEM-34, MEM-39: a deny beats an edit, an edit beats a view. With deny_blocks_view_all=false a deny only takes
-- this rung away.
rung_memberships AS (
  SELECT person_id, case_id, CASE WHEN denied THEN 'none' WHEN may_edit THEN 'edit' ELSE 'view' END AS value
  FROM said JOIN system_policies USING (system_id)
  WHERE deny_blocks_view_all OR NOT denied
),

-- MEM-30, MEM-36: "Can view all cases" by a security group, and no group of the person denies it.
rung_view_all AS (
  SELECT person_id, case_id, 'view' AS value
  FROM pairs
  WHERE person_id IN (
    SELECT person_id
    FROM group_members JOIN group_permissions USING (group_id)
    WHERE permission = 'can_view_all_cases'
    GROUP BY person_id
    HAVING bool_and(effect = 'allow')
  )
),

-- MEM-40: nothing above gave access.
rung_no_rule AS (
  SELECT person_id, case_id, 'none' AS value
  FROM pairs
),

met AS (
  SELECT 1 AS place, 'inactive' AS step, * FROM rung_inactive
  UNION ALL SELECT 2, 'no_case', * FROM rung_no_case
  UNION ALL SELECT 3, 'assigned_to', * FROM rung_assigned_to
  UNION ALL SELECT 4, 'other_staff', * FROM rung_other_staff
  UNION ALL SELECT 5, 'limited', * FROM rung_limited
  UNION ALL SELECT 6, 'memberships', * FROM rung_memberships
  UNION ALL SELECT 7, 'view_all', * FROM rung_view_all
  UNION ALL SELECT 8, 'no_rule', * FROM rung_no_rule
)

-- The first rung that is met decides.
SELECT person_id, case_id, arg_min(value, place) AS value, arg_min(step, place) AS step
FROM pairs JOIN met USING (person_id, case_id)
GROUP BY person_id, case_id
