// query: caseworker_positions
// kind: reassign
// parameters: person, system, unit, in_hopper, as_of
// returns: met, position_id, position_name, unit, unit_name, source
// rules: CMS-39
//
// The caseworker positions of a person in the system of the work, and whether each one may take work that lies in
// `unit`: a position of exactly that unit; from the hopper of a segment also one of a unit below it.
MATCH (p:Person {id: $person})-[h:HOLDS_POSITION]->(x:Position)-[a:POSITION_AT]->(u:Unit)
WHERE ON_DAY(h) AND ON_DAY(a) AND h.system = $system AND a.system = $system AND a.level = 'caseworker'
RETURN (u.id = $unit OR ($in_hopper AND EXISTS { MATCH (u)-[g1:WITHIN]->(g2:Unit) WHERE g2.id = $unit AND g2.kind = 'segment' AND ON_DAY(g1) })) AS met, x.id AS position_id, x.name AS position_name, u.id AS unit, u.name AS unit_name, h.source AS source
ORDER BY position_id
