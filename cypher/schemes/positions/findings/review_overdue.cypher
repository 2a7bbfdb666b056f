// finding: review_overdue
// severity: medium
// rules: CMS-12
// statement: An absence-related holding was not reviewed within the months that the policy review_months allows.
// message: The absence access of {person} to {position} should have been reviewed by {due}; the review is overdue since then.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, reviewed
//
// Absence-related access with the day of its last review, else of its beginning. A review after the day that is asked
// about has not happened yet. What is overdue is counted in calendar months by the policy review_months.
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system AND h.kind = 'absence'
WITH p, x, h, CASE WHEN h.reviewed_on <> '' AND h.reviewed_on <= $as_of THEN h.reviewed_on WHEN h.given_since <> '' THEN h.given_since ELSE h.since END AS reviewed
RETURN 'CMS-12' AS rule, p.id AS person, p.name AS person_name, x.id AS position, x.name AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(h)] AS facts, reviewed
ORDER BY person, position
