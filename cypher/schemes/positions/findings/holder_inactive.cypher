// finding: holder_inactive
// severity: medium
// rules: ORG-04
// statement: An inactive person still has a secondary holding.
// message: {person} is inactive and still has {kind} access to {position}.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, kind
//
// Secondary access that outlived its holder's account.
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system AND h.kind IN ['absence', 'hierarchical'] AND NOT EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
RETURN 'ORG-04' AS rule, p.id AS person, p.name AS person_name, x.id AS position, x.name AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(h)] AS facts, h.kind AS kind
ORDER BY person, position
