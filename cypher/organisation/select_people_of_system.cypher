// query: select_people_of_system
// parameters: systems, as_of
// returns: id
// valid: h, r, m, e, k, d, l
//
// Who has anything on the day in one of some systems: a position or a portal role of it, a personal link on one of its
// cases, a membership in an office, team or category that one of its cases names, or, where privileges govern, any
// role or grant (they are not given per system).
MATCH (p:Person)-[h:HOLDS_POSITION]->(:Position)
WHERE h.system IN $systems
RETURN DISTINCT p.id AS id
UNION
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)
WHERE r.system IN $systems
RETURN DISTINCT p.id AS id
UNION
MATCH (f:AccessProfile)-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(u:Unit)
WHERE f.system IN $systems AND f.scheme = 'memberships'
MATCH (f)<-[e:HAS_PROFILE]-(:CaseFile)
MATCH (u)<-[m:MEMBER_OF]-(p:Person)
RETURN DISTINCT p.id AS id
UNION
MATCH (c:CaseFile)-[l:ASSIGNED_TO|OTHER_STAFF|CREATED_BY|SUPERVISOR|CLIENT|OWNER|DRAFTER|ADVISER|CONTRIBUTOR|QA_RECIPIENT|TASK_HOLDER|WATCHER]->(p:Person)
WHERE c.system IN $systems
RETURN DISTINCT p.id AS id
UNION
UNWIND $systems AS one
MATCH (s:System {id: one})
WHERE s.scheme = 'privileges'
MATCH (p:Person)-[k:HAS_ROLE]->(:Role)
RETURN DISTINCT p.id AS id
UNION
UNWIND $systems AS one
MATCH (s:System {id: one})
WHERE s.scheme = 'privileges'
MATCH (p:Person)-[d:GRANTED]->(:Privilege)
RETURN DISTINCT p.id AS id
