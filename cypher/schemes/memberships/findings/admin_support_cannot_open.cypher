// finding: admin_support_cannot_open
// severity: low
// rules: MEM-26
// statement: A person with Admin support cannot open a case assigned to a colleague of the same office or team.
// message: {person} supports {unit} and can list the cases of {other}, but cannot open {case}.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, reached
//
// Cases assigned to colleagues whose name a person with Admin support may choose in the Case List (MEM-26), as lists of
// [case, profile, colleague]. Whether the case can be opened is decided by the composed rungs, afterwards.
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)<-[n:MEMBER_OF]-(q:Person)<-[l:ASSIGNED_TO]-(c:CaseFile)-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(m) AND ON_DAY(n) AND ON_DAY(l) AND ON_DAY(hp) AND c.system = $system AND m.admin_support AND u.kind IN ['office', 'team'] AND q.id <> p.id AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
WITH p, m, u, collect(DISTINCT [c.id, q.name]) AS reached
RETURN 'MEM-26' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, u.id AS unit, u.name AS unit_name, null AS about, [FACT(m)] AS facts, reached
ORDER BY person, unit
