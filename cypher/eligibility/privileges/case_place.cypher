// query: case_place
// parameters: case, as_of
// returns: team, team_name, case_type, case_type_name
//
// The team and the type of a case on the day, null where it has none.
MATCH (c:CaseFile {id: $case})-[h:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(h)
OPTIONAL MATCH (f)-[:IN_TEAM]->(u:Unit)
OPTIONAL MATCH (f)-[:OF_TYPE]->(t:CaseType)
RETURN u.id AS team, u.name AS team_name, t.id AS case_type, t.name AS case_type_name
