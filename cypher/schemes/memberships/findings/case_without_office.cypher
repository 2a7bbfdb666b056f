// finding: case_without_office
// severity: medium
// rules: MEM-02
// statement: A case of a memberships system has no office.
// message: {case} has no office.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// Every case of Case Manager belongs to one office (MEM-02).
MATCH (c:CaseFile)-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(hp) AND c.system = $system AND NOT EXISTS { MATCH (f)-[:IN_OFFICE]->(:Unit) }
RETURN 'MEM-02' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(hp)] AS facts
ORDER BY case_id
