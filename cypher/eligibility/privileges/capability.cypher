// query: capability
// kind: capability
// parameters: person, privileges, unit, as_of
// returns: privilege, rule, met
// rules: ECASE-102, ECASE-115, ECASE-119, ECASE-126, ECASE-137, ECASE-156, ECASE-159, ECASE-196, ECASE-202, ECASE-203
//
// Does the person hold each of some privileges, wherever? Manage the team counts at exactly `unit` only.
UNWIND $privileges AS one
MATCH (q:Privilege {id: one})
MATCH (p:Person {id: $person})
RETURN q.id AS privilege, q.rule AS rule, EXISTS { MATCH (p)-[g1:HOLDS]->(g2:Reach)-[:OF]->(q) WHERE (q.id <> 'Manage the team' OR g2.unit = $unit) AND ON_DAY(g1) } AS met
