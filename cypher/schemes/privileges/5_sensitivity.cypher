// step:  sensitivity
// on:    profile
// rules: ECASE-128
// says:  none
// guard: yes
// match: everything
// search: yes
//
// Admin grants and the person's security clearance clear nothing here: only role assignments that cover the case do.
// variant: the case type is sensitive, and no role assignment that covers the case names a case type
// candidates: MATCH (f)-[n:AT]->(x:Spot) WHERE f.needs_type
// suggests:   role_assignments; case_type_id = x.case_type
// person:
MATCH (p:Person)
// case:
MATCH (f:AccessProfile)
WHERE f.needs_type
// unless:
// person:
MATCH (p:Person)-[g1:HAS_ASSIGNMENT]->(g2:Scope)
WHERE ON_DAY(g1)
// case:
MATCH (f:AccessProfile)-[:AT]->(:Spot)<-[g3:COVERS]-(g2:Scope)
WHERE f.needs_type AND g2.case_type <> '' AND ON_DAY(g3)
// variant: the team is sensitive, and no role assignment that covers the case names a unit
// candidates: MATCH (f)-[n:AT]->(x:Spot) WHERE f.needs_unit
// suggests:   role_assignments; unit_id = x.unit
// person:
MATCH (p:Person)
// case:
MATCH (f:AccessProfile)
WHERE f.needs_unit
// unless:
// person:
MATCH (p:Person)-[g1:HAS_ASSIGNMENT]->(g2:Scope)
WHERE ON_DAY(g1)
// case:
MATCH (f:AccessProfile)-[:AT]->(:Spot)<-[g3:COVERS]-(g2:Scope)
WHERE f.needs_unit AND g2.unit <> '' AND ON_DAY(g3)
// variant: the case itself is sensitive, and no role assignment that covers it names a unit or a case type
// candidates: MATCH (f)-[n:AT]->(x:Spot) WHERE f.needs_either
// suggests:   role_assignments; unit_id = x.unit; case_type_id = x.case_type
// person:
MATCH (p:Person)
// case:
MATCH (f:AccessProfile)
WHERE f.needs_either
// unless:
// person:
MATCH (p:Person)-[g1:HAS_ASSIGNMENT]->(g2:Scope)
WHERE ON_DAY(g1)
// case:
MATCH (f:AccessProfile)-[:AT]->(:Spot)<-[g3:COVERS]-(g2:Scope)
WHERE f.needs_either AND (g2.unit <> '' OR g2.case_type <> '') AND ON_DAY(g3)
