// finding: related_but_no_rights
// severity: low
// rules: ICON-06
// statement: A person is linked to a case of a portal system, and has no portal role in that system.
// message: {person} is named on {case} as {link}, but has no portal role and sees nothing.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, link
//
// Sight needs a relation and a portal role (ICON-06): here is the relation, and no role in the system.
MATCH (p:Person)<-[l:CREATED_BY|SUPERVISOR|CLIENT]-(c:CaseFile)-[hp:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(l) AND ON_DAY(hp) AND c.system = $system AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) } AND NOT EXISTS { MATCH (p)-[r:ACTS_AT]->(:Unit) WHERE r.system = $system AND ON_DAY(r) }
RETURN DISTINCT 'ICON-06' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, null AS unit, null AS unit_name, toLower(type(l)) AS about, [FACT(l)] AS facts, CASE type(l) WHEN 'CREATED_BY' THEN 'its creator' WHEN 'SUPERVISOR' THEN 'its supervisor' ELSE 'a client' END AS link
ORDER BY person, case_id, link
