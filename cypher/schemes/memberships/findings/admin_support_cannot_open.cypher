// finding: admin_support_cannot_open
// severity: low
// rules: MEM-26
// statement: A person with Admin support cannot open a case assigned to a colleague of the same office or team.
// message: {person} supports {unit} and can list the cases of {other}, but cannot open {case}.
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// Who has Admin support in an office or team. The cases assigned to its members, whose names such a person may choose in the Case
// List (MEM-26), come from `supported_cases`; the person's own are left out, and the composed rungs decide which can be opened.
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)
WHERE u.kind IN ['office', 'team'] AND ON_DAY(m) AND m.admin_support AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
RETURN 'MEM-26' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, u.id AS unit, u.name AS unit_name, null AS about, [FACT(m)] AS facts
ORDER BY person, unit
