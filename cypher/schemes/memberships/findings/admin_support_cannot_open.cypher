// finding: admin_support_cannot_open
// severity: low
// rules: MEM-26
// statement: A person with Admin support cannot open a case assigned to a colleague of the same office or team.
// message: {person} supports {unit} and can list the cases of {other}, but cannot open {case}.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, reached
//
// Cases assigned to members of the unit, whose names a person with Admin support may choose in the Case List (MEM-26), as lists
// of [case, name, member]; the person's own are left out afterwards, when the composed rungs decide which can be opened.
MATCH (u:Unit)
WHERE u.kind IN ['office', 'team'] AND EXISTS { MATCH (u)<-[k:MEMBER_OF]-(:Person) WHERE ON_DAY(k) AND k.admin_support }
MATCH (u)<-[n:MEMBER_OF]-(q:Person)<-[l:ASSIGNED_TO]-(c:CaseFile)-[hp:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(n) AND ON_DAY(l) AND ON_DAY(hp) AND c.system = $system
WITH u, collect(DISTINCT [c.id, q.name, q.id]) AS reached
MATCH (p:Person)-[m:MEMBER_OF]->(u)
WHERE ON_DAY(m) AND m.admin_support AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
RETURN 'MEM-26' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, u.id AS unit, u.name AS unit_name, null AS about, [FACT(m)] AS facts, reached
ORDER BY person, unit
