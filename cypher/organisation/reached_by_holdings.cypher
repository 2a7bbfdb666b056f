// query: reached_by_holdings
// parameters: reaches, schemes, as_of
// returns: thing, profiles
//
// Groups of equivalent cases that holdings of privileges cover, as [profile, status]. Two privileges work wherever they are held:
// Ignore all Access Rules (ECASE-128) and Edit any case (ECASE-118).
UNWIND $reaches AS one
MATCH (r:Reach {id: one})-[:OF]->(q:Privilege)
CALL (r, q) {
  MATCH (r)-[:OVER]->(:Scope)-[v:COVERS]->(:Spot)<-[k:AT|AT_OFFICE]-(f:AccessProfile)
  WHERE ((type(k) = 'AT' AND (v.near OR q.cascades)) OR (type(k) = 'AT_OFFICE' AND v.exact AND q.rule = 'ECASE-148')) AND NOT q.rule IN ['ECASE-128', 'ECASE-118'] AND ON_DAY(v)
  RETURN f.id AS alike, f.status AS status
  UNION ALL
  MATCH (f:AccessProfile)
  WHERE f.scheme IN $schemes AND q.rule IN ['ECASE-128', 'ECASE-118']
  RETURN f.id AS alike, f.status AS status
}
RETURN r.id AS thing, collect(DISTINCT [alike, status]) AS profiles
