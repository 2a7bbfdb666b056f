// step:  sensitivity
// on:    profile
// rules: ECASE-128
// says:  none
// guard: yes
// joint: everything, g2
// search: yes
//
// Admin grants and the person's security clearance clear nothing here: only role assignments that cover the case do.
// or: the case type is sensitive, and no role assignment that covers the case names a case type
// near:  MATCH (f)-[n:AT]->(x:Spot) WHERE f.needs_type
// wants: role_assignments; case_type_id = x.case_type
MATCH (p:Person)
MATCH (f:AccessProfile)
WHERE f.needs_type AND NOT EXISTS {
  MATCH (f)-[:AT]->(:Spot)<-[g3:COVERS]-(g2:Scope)<-[g1:HAS_ASSIGNMENT]-(p)
  WHERE g2.case_type <> '' AND ON_DAY(g1) AND ON_DAY(g3) }
// or: the team is sensitive, and no role assignment that covers the case names a unit
// near:  MATCH (f)-[n:AT]->(x:Spot) WHERE f.needs_unit
// wants: role_assignments; unit_id = x.unit
MATCH (p:Person)
MATCH (f:AccessProfile)
WHERE f.needs_unit AND NOT EXISTS {
  MATCH (f)-[:AT]->(:Spot)<-[g3:COVERS]-(g2:Scope)<-[g1:HAS_ASSIGNMENT]-(p)
  WHERE g2.unit <> '' AND ON_DAY(g1) AND ON_DAY(g3) }
// or: the case itself is sensitive, and no role assignment that covers it names a unit or a case type
// near:  MATCH (f)-[n:AT]->(x:Spot) WHERE f.needs_either
// wants: role_assignments; unit_id = x.unit; case_type_id = x.case_type
MATCH (p:Person)
MATCH (f:AccessProfile)
WHERE f.needs_either AND NOT EXISTS {
  MATCH (f)-[:AT]->(:Spot)<-[g3:COVERS]-(g2:Scope)<-[g1:HAS_ASSIGNMENT]-(p)
  WHERE (g2.unit <> '' OR g2.case_type <> '') AND ON_DAY(g1) AND ON_DAY(g3) }
