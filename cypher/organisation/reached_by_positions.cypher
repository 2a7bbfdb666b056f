// query: reached_by_positions
// parameters: positions, as_of
// returns: thing, profiles, cases
//
// What positions reach by their level: a caseworker's the cases whose open work lies on it, as [case, profile]; a team leader's
// and a segment manager's the groups of look-alikes with open work there.
UNWIND $positions AS one
MATCH (x:Position {id: one})
CALL (x) {
  MATCH (x)-[a:POSITION_AT]->(:Unit)
  WHERE a.level = 'caseworker' AND ON_DAY(a)
  MATCH (x)<-[o:OPEN_ON]-(:WorkItem)-[k:FOR_CASE]->(c:CaseFile)-[hp:HAS_PROFILE]->(f:AccessProfile)
  WHERE ON_DAY(o) AND ON_DAY(k) AND ON_DAY(hp)
  RETURN null AS alike, [c.id, f.id] AS single
  UNION ALL
  MATCH (x)-[t:LEADS]->(:Unit)<-[:WORK_IN]-(f:AccessProfile)
  WHERE t.system = f.system AND ON_DAY(t)
  RETURN f.id AS alike, null AS single
  UNION ALL
  MATCH (x)-[t:MANAGES]->(:Unit)<-[w:WITHIN]-(:Unit)<-[:WORK_IN]-(f:AccessProfile)
  WHERE t.system = f.system AND ON_DAY(t) AND ON_DAY(w)
  RETURN f.id AS alike, null AS single
}
RETURN x.id AS thing, collect(DISTINCT alike) AS profiles, collect(DISTINCT single) AS cases
