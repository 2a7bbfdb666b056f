// query: select_people_of_system
// parameters: systems, of_groups, of_roles, as_of
// returns: id
//
// Who has a fact of one of some systems on the day: a position or a portal role of it, a personal link on one of its
// cases, a rule of it about the person; of what is not given per system, a group with a permission where memberships
// govern, a role or grant where privileges do. And who is a member of a unit that one of its cases names in any column.
MATCH (p:Person)-[h:HOLDS_POSITION]->(:Position)
WHERE ON_DAY(h) AND h.system IN $systems
RETURN DISTINCT p.id AS id
UNION
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)
WHERE ON_DAY(r) AND r.system IN $systems
RETURN DISTINCT p.id AS id
UNION
MATCH (f:AccessProfile)-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY|FOR_FIRM]->(u:Unit)
WHERE f.system IN $systems
MATCH (f)<-[e:HAS_PROFILE]-(:CaseFile)
WHERE ON_DAY(e)
MATCH (u)<-[m:MEMBER_OF]-(p:Person)
WHERE ON_DAY(m)
RETURN DISTINCT p.id AS id
UNION
MATCH (f:AccessProfile)<-[e:HAS_PROFILE]-(:CaseFile)
WHERE ON_DAY(e) AND f.system IN $systems AND f.queue_unit <> ''
WITH DISTINCT f.queue_unit AS unit
MATCH (u:Unit)<-[m:MEMBER_OF]-(p:Person)
WHERE ON_DAY(m) AND u.id = unit
RETURN DISTINCT p.id AS id
UNION
MATCH (c:CaseFile)-[n:NAMES]->(u:Unit)
WHERE ON_DAY(n) AND c.system IN $systems
MATCH (u)<-[m:MEMBER_OF]-(p:Person)
WHERE ON_DAY(m)
RETURN DISTINCT p.id AS id
UNION
MATCH (:AccessRule)-[s:FOR_SUBJECT]->(p:Person)
WHERE ON_DAY(s) AND s.system IN $systems
RETURN DISTINCT p.id AS id
UNION
UNWIND $systems AS one
MATCH (y:System {id: one})
WHERE y.scheme IN $of_groups
MATCH (p:Person)-[g:IN_GROUP]->(:Group)-[a:ALLOWS|DENIES]->(:Permission)
WHERE ON_DAY(g) AND ON_DAY(a)
RETURN DISTINCT p.id AS id
UNION
MATCH (c:CaseFile)-[l:ASSIGNED_TO|OTHER_STAFF|CREATED_BY|SUPERVISOR|CLIENT|OWNER|DRAFTER|ADVISER|CONTRIBUTOR|QA_RECIPIENT|TASK_HOLDER|WATCHER]->(p:Person)
WHERE ON_DAY(l) AND c.system IN $systems
RETURN DISTINCT p.id AS id
UNION
UNWIND $systems AS one
MATCH (y:System {id: one})
WHERE y.scheme IN $of_roles
MATCH (p:Person)-[k:HAS_ROLE]->(:Role)
WHERE ON_DAY(k)
RETURN DISTINCT p.id AS id
UNION
UNWIND $systems AS one
MATCH (y:System {id: one})
WHERE y.scheme IN $of_roles
MATCH (p:Person)-[d:GRANTED]->(:Privilege)
WHERE ON_DAY(d)
RETURN DISTINCT p.id AS id
