-- Who sees a case of ICONviews, said a second time in SQL (the conventions: docs/testing.md, "A second opinion").
--
-- Tables hold the rows of the day, one table per input file; those in `ever` the rows of every day, `as_of()` is the day.
-- `pairs` are the questions. One CTE per rung: person_id, case_id, value where it is met.
WITH RECURSIVE

-- Each unit with itself and every unit above it, and how far above.
above (unit_id, above_id, far) AS (
  SELECT unit_id, unit_id, 0 FROM units
  UNION
  SELECT above.unit_id, units.parent_id, far + 1
  FROM above JOIN units ON units.unit_id = above.above_id
  WHERE units.parent_id <> ''
),

-- The nearest unit of each kind at or above a unit: its firm, its referrer, its estate agent.
nearest AS (
  SELECT above.unit_id, kind, arg_min(above_id, far) AS nearest_id
  FROM above JOIN units ON units.unit_id = above.above_id
  GROUP BY above.unit_id, kind
),
firm_of AS (SELECT unit_id, nearest_id AS firm FROM nearest WHERE kind = 'firm'),

-- The portal roles of a person that count for a case: those in its system.
acting AS (
  SELECT pairs.person_id, pairs.case_id, role, unit_id
  FROM pairs JOIN portal_roles USING (person_id, system_id)
),

-- The same, where the role and the case have the same firm.
in_firm AS (
  SELECT acting.person_id, acting.case_id, role, of_case.firm
  FROM acting
  JOIN cases USING (case_id)
  JOIN firm_of AS of_case ON of_case.unit_id = cases.firm_id
  JOIN firm_of AS of_role ON of_role.unit_id = acting.unit_id AND of_role.firm = of_case.firm
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

-- ICON-02, ICON-08: customers of the case's firm.
rung_firm AS (
  SELECT person_id, case_id, 'edit' AS value
  FROM in_firm
  WHERE role IN ('customer', 'customer_admin')
),

-- ICON-09, ICON-10: a fee earner of the firm who created the case.
rung_creator AS (
  SELECT person_id, case_id, 'edit' AS value
  FROM in_firm JOIN case_people USING (person_id, case_id)
  WHERE role IN ('fee_earner', 'fee_earner_supervisor') AND link = 'created_by'
),

-- ICON-09: a supervisor of the firm who is named on the case, when some creator of it is or was a fee earner there.
rung_supervisor AS (
  SELECT person_id, case_id, 'edit' AS value
  FROM in_firm JOIN case_people USING (person_id, case_id)
  WHERE role = 'fee_earner_supervisor' AND link = 'supervisor' AND EXISTS (
    FROM case_people AS creator
    JOIN ever.portal_roles AS earner ON earner.person_id = creator.person_id
    JOIN firm_of ON firm_of.unit_id = earner.unit_id
    JOIN cases ON cases.case_id = creator.case_id AND cases.system_id = earner.system_id
    WHERE creator.case_id = in_firm.case_id AND creator.link = 'created_by' AND earner.role = 'fee_earner'
      AND firm_of.firm = in_firm.firm AND (earner.since IS NULL OR earner.since <= as_of())
  )
),

-- ICON-04, ICON-11, ICON-12: a Referrer Manager sees the cases of the whole referrer, a Referrer those of its division.
rung_referrer AS (
  SELECT person_id, acting.case_id, 'view' AS value
  FROM acting JOIN case_parties AS party ON party.case_id = acting.case_id AND party.role = 'referrer'
  WHERE CASE acting.role
    WHEN 'referrer_manager' THEN EXISTS (
      FROM nearest AS own JOIN nearest AS its USING (kind, nearest_id)
      WHERE kind = 'referrer' AND own.unit_id = acting.unit_id AND its.unit_id = party.unit_id
    )
    WHEN 'referrer' THEN
      acting.unit_id = party.unit_id AND party.unit_id IN (SELECT unit_id FROM units WHERE kind = 'division')
    ELSE false
  END
),

-- ICON-04, ICON-13, ICON-14: the same with the estate agent and its branch.
rung_estate_agent AS (
  SELECT person_id, acting.case_id, 'view' AS value
  FROM acting JOIN case_parties AS party ON party.case_id = acting.case_id AND party.role = 'estate_agent'
  WHERE CASE acting.role
    WHEN 'estate_agent_manager' THEN EXISTS (
      FROM nearest AS own JOIN nearest AS its USING (kind, nearest_id)
      WHERE kind = 'estate_agent' AND own.unit_id = acting.unit_id AND its.unit_id = party.unit_id
    )
    WHEN 'estate_agent' THEN
      acting.unit_id = party.unit_id AND party.unit_id IN (SELECT unit_id FROM units WHERE kind = 'branch')
    ELSE false
  END
),

-- ICON-15: a client named on the case, or whose organisation is a client of it, in one of the four slots.
rung_client AS (
  SELECT person_id, case_id, 'view' AS value
  FROM acting JOIN case_people USING (person_id, case_id)
  WHERE acting.role = 'client' AND link = 'client' AND coalesce(slot, 1) BETWEEN 1 AND 4
  UNION
  SELECT person_id, case_id, 'view'
  FROM acting JOIN case_parties AS party USING (case_id, unit_id)
  WHERE acting.role = 'client' AND party.role = 'client' AND coalesce(slot, 1) BETWEEN 1 AND 4
),

-- ICON-06: no portal role in the case's system.
rung_no_rights AS (
  SELECT person_id, case_id, 'none' AS value
  FROM pairs
  WHERE (person_id, case_id) NOT IN (SELECT (person_id, case_id) FROM acting)
),

-- ICON-01, ICON-07: a role that does not reach the case.
rung_no_rule AS (
  SELECT person_id, case_id, 'none' AS value
  FROM pairs
),

met AS (
  SELECT 1 AS place, 'inactive' AS step, * FROM rung_inactive
  UNION ALL SELECT 2, 'no_case', * FROM rung_no_case
  UNION ALL SELECT 3, 'firm', * FROM rung_firm
  UNION ALL SELECT 4, 'creator', * FROM rung_creator
  UNION ALL SELECT 5, 'supervisor', * FROM rung_supervisor
  UNION ALL SELECT 6, 'referrer', * FROM rung_referrer
  UNION ALL SELECT 7, 'estate_agent', * FROM rung_estate_agent
  UNION ALL SELECT 8, 'client', * FROM rung_client
  UNION ALL SELECT 9, 'no_rights', * FROM rung_no_rights
  UNION ALL SELECT 10, 'no_rule', * FROM rung_no_rule
)

-- The first rung that any role of the person meets decides.
SELECT person_id, case_id, arg_min(value, place) AS value, arg_min(step, place) AS step
FROM pairs JOIN met USING (person_id, case_id)
GROUP BY person_id, case_id
