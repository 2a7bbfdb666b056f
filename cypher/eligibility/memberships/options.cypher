// query: options
// kind: assign
// parameters: case, as_of
// returns: policy, unit, unit_name, source
// rules: MEM-45
//
// The options of the system that are on, each with the unit of the case that it is about (null: the case has none).
MATCH (c:CaseFile {id: $case})-[h:HAS_PROFILE]->(f:AccessProfile)-[:IN_SYSTEM]->(y:System)-[s:SETS]->(:System)
WHERE ON_DAY(h) AND ON_DAY(s) AND s.policy IN ['assign_to_office', 'assign_to_team', 'assign_to_category'] AND s.value = 'true'
OPTIONAL MATCH (f)-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(u:Unit)
WHERE (s.policy = 'assign_to_office' AND type(i) = 'IN_OFFICE') OR (s.policy = 'assign_to_team' AND type(i) = 'IN_TEAM') OR (s.policy = 'assign_to_category' AND type(i) = 'IN_CATEGORY')
RETURN s.policy AS policy, u.id AS unit, u.name AS unit_name, s.source AS source
ORDER BY policy
