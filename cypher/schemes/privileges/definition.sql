-- Who sees a case of eCase, said a second time in SQL (the conventions: docs/testing.md, "A second opinion").
--
-- Tables hold the rows of the day, one table per input file. `pairs` are the questions, `system_policies` has one row per
-- system with its policies, `strength` orders values. One CTE per rung: person_id, case_id, value where it is met.
WITH RECURSIVE

-- Each unit, and each case type, with itself and everything above it.
unit_above (unit_id, above_id) AS (
  SELECT unit_id, unit_id FROM units
  UNION
  SELECT unit_above.unit_id, units.parent_id
  FROM unit_above JOIN units ON units.unit_id = unit_above.above_id
  WHERE units.parent_id <> ''
),
type_above (case_type_id, above_id) AS (
  SELECT case_type_id, case_type_id FROM case_types
  UNION
  SELECT type_above.case_type_id, case_types.parent_id
  FROM type_above JOIN case_types ON case_types.case_type_id = type_above.above_id
  WHERE case_types.parent_id <> ''
),

-- A person holds a privilege through a role, at the unit and case type of its assignment (blank: everywhere, all), or
-- by a grant on the account, which holds everywhere.
held AS (
  SELECT person_id, privilege, unit_id, case_type_id FROM role_assignments JOIN role_privileges USING (role_id)
  UNION
  SELECT person_id, privilege, '', '' FROM privilege_grants
),

-- Where something counts that is held at a unit and a case type: at the case's team itself (`near`) or at one above it.
scopes AS (
  SELECT unit_id, case_type_id FROM role_assignments
  UNION
  SELECT '', ''
),
covers AS (
  SELECT scopes.unit_id, scopes.case_type_id, cases.case_id, scopes.unit_id IN ('', cases.team_id) AS near
  FROM scopes CROSS JOIN cases
  WHERE (scopes.unit_id = '' OR (cases.team_id, scopes.unit_id) IN (SELECT (unit_id, above_id) FROM unit_above))
    AND (
      scopes.case_type_id = ''
      OR (cases.case_type_id, scopes.case_type_id) IN (SELECT (case_type_id, above_id) FROM type_above)
    )
),

-- Whom a rule is about.
subject AS (
  SELECT rule_id, person_id FROM access_rules CROSS JOIN people WHERE subject_kind = 'everyone'
  UNION
  SELECT rule_id, person_id FROM access_rules CROSS JOIN held
  WHERE subject_kind = 'view_cases_privilege' AND privilege = 'View cases'
  UNION
  SELECT rule_id, subject_id FROM access_rules WHERE subject_kind = 'person'
  UNION
  SELECT rule_id, person_id
  FROM access_rules JOIN unit_above ON above_id = subject_id JOIN memberships USING (unit_id)
  WHERE subject_kind = 'unit'
  UNION
  SELECT rule_id, person_id FROM access_rules JOIN role_assignments ON role_id = subject_id
  WHERE subject_kind = 'role'
),

-- Which case a rule is about: for `own_team_or_subteam` it depends on the person, so there is one row per person.
target AS (
  SELECT rule_id, person_id, target_id AS case_id FROM access_rules JOIN subject USING (rule_id) WHERE level = 'case'
  UNION
  SELECT rule_id, person_id, case_id
  FROM access_rules JOIN case_rules USING (rule_id) JOIN subject USING (rule_id)
  WHERE level = 'named'
  UNION
  SELECT rule_id, person_id, case_id
  FROM access_rules JOIN cases USING (system_id) JOIN subject USING (rule_id)
  WHERE level = 'global' AND target_kind = 'all_cases'
  UNION
  SELECT rule_id, person_id, case_id
  FROM access_rules JOIN type_above ON above_id = target_id JOIN cases USING (case_type_id) JOIN subject USING (rule_id)
  WHERE level = 'global' AND target_kind = 'case_type'
  UNION
  SELECT rule_id, person_id, case_id
  FROM access_rules JOIN subject USING (rule_id) JOIN held USING (person_id)
  JOIN covers ON covers.unit_id = held.unit_id AND covers.case_type_id = held.case_type_id
  WHERE level = 'global' AND target_kind = 'own_team_or_subteam' AND privilege = 'View cases'
),

-- What the rules of a level say for an action: any cannot is a none, else a can is a view. Rules count for cases of their
-- own system, those about one case only while case access is enabled.
rules_say AS (
  SELECT level, action, person_id, case_id, CASE WHEN bool_or(effect = 'cannot') THEN 'none' ELSE 'view' END AS value
  FROM access_rules
  JOIN target USING (rule_id)
  JOIN cases USING (case_id, system_id)
  JOIN system_policies USING (system_id)
  WHERE level <> 'case' OR case_access_enabled
  GROUP BY ALL
),

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

-- ECASE-201: the Case Owner.
rung_owner AS (
  SELECT person_id, case_id, 'edit' AS value
  FROM case_people
  WHERE link = 'owner'
),

-- ECASE-128: Ignore all Access Rules, held anywhere.
rung_ignore_access_rules AS (
  SELECT person_id, case_id, 'view' AS value
  FROM pairs
  WHERE person_id IN (SELECT person_id FROM held WHERE privilege = 'Ignore all Access Rules')
),

-- ECASE-129: rules on this very case, and a part in it. A cannot beats the part; a drafter edits.
rung_case_rule AS (
  SELECT
    person_id, case_id,
    CASE WHEN bool_or(value = 'none') THEN 'none' WHEN bool_or(value = 'edit') THEN 'edit' ELSE 'view' END AS value
  FROM (
    SELECT person_id, case_id, value FROM rules_say WHERE level = 'case' AND action = 'view'
    UNION ALL
    SELECT person_id, case_id, CASE link WHEN 'drafter' THEN 'edit' ELSE 'view' END
    FROM case_people
    WHERE link IN ('drafter', 'adviser', 'contributor', 'qa_recipient', 'task_holder')
  )
  GROUP BY person_id, case_id
),

-- ECASE-129: named rules that are attached to the case.
rung_named_rule AS (
  SELECT person_id, case_id, value
  FROM rules_say
  WHERE level = 'named' AND action = 'view'
),

-- What makes a case sensitive: its type or one above, its team or a unit above, or only the case or a rule attached to it.
needs AS (
  SELECT
    case_id,
    case_type_id IN (
      SELECT type_above.case_type_id
      FROM type_above JOIN case_types ON case_types.case_type_id = above_id
      WHERE case_types.sensitive
    ) AS needs_type,
    team_id IN (
      SELECT unit_above.unit_id
      FROM unit_above JOIN units ON units.unit_id = above_id
      WHERE units.sensitive
    ) AS needs_unit,
    cases.sensitive OR case_id IN (
      SELECT case_rules.case_id FROM case_rules JOIN access_rules USING (rule_id) WHERE level = 'named'
    ) AS by_itself
  FROM cases
),

-- What the role assignments that cover a case name. Grants on the account clear nothing.
cleared AS (
  SELECT person_id, case_id, bool_or(case_type_id <> '') AS has_type, bool_or(unit_id <> '') AS has_unit
  FROM role_assignments JOIN covers USING (unit_id, case_type_id)
  GROUP BY person_id, case_id
),

-- ECASE-128: the case is sensitive and the person is not cleared for it.
rung_sensitivity AS (
  SELECT person_id, case_id, 'none' AS value
  FROM pairs JOIN needs USING (case_id) LEFT JOIN cleared USING (person_id, case_id)
  WHERE CASE
    WHEN needs_type OR needs_unit THEN
      (needs_type AND NOT coalesce(has_type, false)) OR (needs_unit AND NOT coalesce(has_unit, false))
    ELSE by_itself AND NOT coalesce(has_type OR has_unit, false)
  END
),

-- ECASE-05: which privilege opens a queue, where the holding covers the case's team and type.
queues (queue, privilege, value) AS (
  VALUES
    ('correspondence_unit', 'Check cases centrally', 'edit'),
    ('private_office', 'Check cases centrally', 'view'),
    ('private_office', 'Manage Parliamentary Responses', 'view'),
    ('spads_office', 'Manage cases with the SPADs Office', 'edit'),
    ('spads_office', 'Manage Parliamentary Responses', 'view'),
    ('parliamentary_team', 'Manage Parliamentary Responses', 'edit'),
    ('transfer_in', 'Coordinate Transfer In cases', 'edit'),
    ('transfer_out', 'Coordinate Transfer Out cases', 'edit'),
    ('triage', 'Triage cases', 'edit'),
    ('fast_track', 'Close Fast Track cases', 'edit'),
    ('webform', 'Manage webform submissions', 'edit'),
    ('awaiting_allocation', 'Manage cases Awaiting Allocation', 'edit'),
    ('awaiting_external_input', 'Manage cases Awaiting External Input', 'edit'),
    ('awaiting_clarification', 'Manage cases requiring clarification', 'edit'),
    ('print_prepare', 'Prepare and close cases', 'edit')
),
open_by_queue AS (
  SELECT person_id, case_id, value
  FROM cases
  JOIN queues ON queues.queue = lower(cases.queue)
  JOIN held USING (privilege)
  JOIN covers USING (case_id)
  WHERE near AND covers.unit_id = held.unit_id AND covers.case_type_id = held.case_type_id
  UNION
  -- The private office that has the case: held exactly there, for the case's type; the team does not matter.
  SELECT person_id, case_id, 'edit'
  FROM cases JOIN held ON held.unit_id = cases.queue_unit_id
  WHERE lower(queue) = 'private_office' AND queue_unit_id <> '' AND privilege = 'Manage cases at Private Office'
    AND (
      held.case_type_id = ''
      OR (cases.case_type_id, held.case_type_id) IN (SELECT (case_type_id, above_id) FROM type_above)
    )
  UNION
  -- An open case in a hub of the team or of a unit above.
  SELECT person_id, case_id, 'edit'
  FROM cases JOIN covers USING (case_id)
  JOIN held ON covers.unit_id = held.unit_id AND covers.case_type_id = held.case_type_id
  WHERE status = 'open' AND privilege = 'Manage a hub'
  UNION
  SELECT person_id, case_id, 'view'
  FROM cases CROSS JOIN held
  WHERE status = 'draft' AND privilege = 'Monitor draft cases'
),
rung_queue AS (
  SELECT person_id, case_id, arg_max(value, strength(value)) AS value
  FROM open_by_queue
  GROUP BY person_id, case_id
),

-- ECASE-129, ECASE-201: global rules.
rung_global_rule AS (
  SELECT person_id, case_id, value
  FROM rules_say
  WHERE level = 'global' AND action = 'view'
),

-- ECASE-201: no rule anywhere.
rung_default_policy AS (
  SELECT person_id, case_id, CASE default_policy WHEN 'open' THEN 'view' ELSE 'none' END AS value
  FROM pairs JOIN system_policies USING (system_id)
),

met AS (
  SELECT 1 AS place, 'inactive' AS step, * FROM rung_inactive
  UNION ALL SELECT 2, 'no_case', * FROM rung_no_case
  UNION ALL SELECT 3, 'owner', * FROM rung_owner
  UNION ALL SELECT 4, 'ignore_access_rules', * FROM rung_ignore_access_rules
  UNION ALL SELECT 5, 'case_rule', * FROM rung_case_rule
  UNION ALL SELECT 6, 'named_rule', * FROM rung_named_rule
  UNION ALL SELECT 7, 'sensitivity', * FROM rung_sensitivity
  UNION ALL SELECT 8, 'queue', * FROM rung_queue
  UNION ALL SELECT 9, 'global_rule', * FROM rung_global_rule
  UNION ALL SELECT 10, 'default_policy', * FROM rung_default_policy
),
first AS (
  SELECT
    person_id, case_id, min(place) AS place, arg_min(value, place) AS value, arg_min(step, place) AS step,
    min(place) FILTER (value = 'edit') AS first_edit, min(place) FILTER (value = 'none') AS first_none
  FROM pairs JOIN met USING (person_id, case_id)
  GROUP BY person_id, case_id
),

-- A permission to view takes no editing away: a later rung that says edit lifts it, unless a none stands between; so does
-- Edit any case, held anywhere (ECASE-118).
decided AS (
  SELECT
    person_id, case_id, place, step,
    CASE
      WHEN value = 'view' AND (
        first_edit < coalesce(first_none, 100)
        OR person_id IN (SELECT person_id FROM held WHERE privilege = 'Edit any case')
      ) THEN 'edit'
      ELSE value
    END AS value
  FROM first
),

-- ECASE-196: what the rules of action search and the sensitivity of the case say, the first of them.
sought AS (
  SELECT person_id, case_id, arg_min(value, place) AS value
  FROM (
    SELECT CASE level WHEN 'case' THEN 1 WHEN 'named' THEN 2 ELSE 4 END AS place, person_id, case_id, value
    FROM rules_say WHERE action = 'search'
    UNION ALL
    SELECT 3, person_id, case_id, value FROM rung_sensitivity
  )
  GROUP BY person_id, case_id
)

SELECT
  person_id, case_id, decided.value, step,
  place > 2
    AND person_id IN (SELECT person_id FROM held WHERE privilege = 'Search for cases')
    AND (decided.value <> 'none' OR coalesce(sought.value = 'view', false)) AS search
FROM decided LEFT JOIN sought USING (person_id, case_id)
