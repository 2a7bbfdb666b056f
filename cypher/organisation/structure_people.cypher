// query: structure_people
// parameters: as_of
// returns: unit, people
//
// Who belongs to each unit on the day: by a membership, a position, a portal role, or a role placed there.
CALL () {
  MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)
  WHERE ON_DAY(m)
  RETURN u.id AS at, p.id AS one
  UNION ALL
  MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)-[a:POSITION_AT]->(u:Unit)
  WHERE ON_DAY(h) AND ON_DAY(a)
  RETURN u.id AS at, p.id AS one
  UNION ALL
  MATCH (p:Person)-[r:ACTS_AT]->(u:Unit)
  WHERE ON_DAY(r)
  RETURN u.id AS at, p.id AS one
  UNION ALL
  MATCH (p:Person)-[s:HAS_ASSIGNMENT]->(g:Scope)
  WHERE ON_DAY(s)
  RETURN g.unit AS at, p.id AS one
}
WITH at, one
WHERE at <> ''
RETURN at AS unit, collect(DISTINCT one) AS people
ORDER BY unit
