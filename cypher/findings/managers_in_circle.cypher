// finding: managers_in_circle
// severity: medium
// rules: ORG-01
// statement: The managers of some people form a circle.
// message: {person} is in a circle of managers: {route}.
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, manager
//
// Every step from a person to the manager; circles are followed outside, as a chain has no known length.
MATCH (p:Person)-[r:MANAGED_BY]->(q:Person)
WHERE ON_DAY(r)
RETURN 'ORG-01' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(r)] AS facts, q.id AS manager
ORDER BY person
