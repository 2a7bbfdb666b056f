// finding: allocated_without_sight
// severity: high
// rules: ECASE-129
// statement: A person has a part in a case and cannot see it.
// message: {person} is {link} of {case}, but cannot see it.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, link
//
// Everybody with a part in a case; who left still counts while the case is open. Whether the case can be seen is decided by
// the composed rungs, afterwards.
MATCH (p:Person)<-[l:DRAFTER|ADVISER|CONTRIBUTOR|QA_RECIPIENT|TASK_HOLDER]-(c:CaseFile)-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(l) AND ON_DAY(hp) AND (c.system = $system AND (hp.status = 'open' OR EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }))
RETURN 'ECASE-129' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, null AS unit, null AS unit_name, toLower(type(l)) AS about, [FACT(l)] AS facts, CASE type(l) WHEN 'DRAFTER' THEN 'the drafter' WHEN 'ADVISER' THEN 'an adviser' WHEN 'CONTRIBUTOR' THEN 'a contributor' WHEN 'QA_RECIPIENT' THEN 'a QA recipient' ELSE 'a task holder' END AS link
ORDER BY person, case_id, about
