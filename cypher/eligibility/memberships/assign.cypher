// query: assign
// kind: assign
// parameters: case, as_of
// returns: person, name, source
// rules: MEM-44, MEM-45, MEM-46, MEM-48
//
// The Assign To list: active people who are members (whatever the access) of the case's office, team and category, of
// each one for which the system's option is on and which the case has.
MATCH (c:CaseFile {id: $case})-[h:HAS_PROFILE]->(f:AccessProfile)-[:IN_SYSTEM]->(y:System)
WHERE ON_DAY(h)
WITH f, EXISTS { MATCH (f)-[:IN_OFFICE]->(:Unit) } AND EXISTS { MATCH (y)-[g1:SETS]->(:System) WHERE g1.policy = 'assign_to_office' AND g1.value = 'true' AND ON_DAY(g1) } AS by_office, EXISTS { MATCH (f)-[:IN_TEAM]->(:Unit) } AND EXISTS { MATCH (y)-[g2:SETS]->(:System) WHERE g2.policy = 'assign_to_team' AND g2.value = 'true' AND ON_DAY(g2) } AS by_team, EXISTS { MATCH (f)-[:IN_CATEGORY]->(:Unit) } AND EXISTS { MATCH (y)-[g3:SETS]->(:System) WHERE g3.policy = 'assign_to_category' AND g3.value = 'true' AND ON_DAY(g3) } AS by_category
MATCH (p:Person)-[r:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(r) AND ((NOT by_office OR EXISTS { MATCH (f)-[:IN_OFFICE]->(:Unit)<-[g4:MEMBER_OF]-(p) WHERE ON_DAY(g4) }) AND (NOT by_team OR EXISTS { MATCH (f)-[:IN_TEAM]->(:Unit)<-[g5:MEMBER_OF]-(p) WHERE ON_DAY(g5) }) AND (NOT by_category OR EXISTS { MATCH (f)-[:IN_CATEGORY]->(:Unit)<-[g6:MEMBER_OF]-(p) WHERE ON_DAY(g6) }))
RETURN p.id AS person, p.name AS name, r.source AS source
ORDER BY person
