// finding: separation_of_duties
// severity: medium
// rules: SOD-01, SOD-02, SOD-03, SOD-04, SOD-05, SOD-06, SOD-07, SOD-08, SOD-09, SOD-10
// statement: One person holds, on the same case, two duties that are for two people.
// message: {person} has both {first} and {second} on {case}: {reason}.
// parameters: as_of, duties
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, kind, duty, thing
//
// Who has which of the duties `$duties`: a privilege by its name, a position by its id or level. `thing` is where it is held (a
// Reach or a Position), and two duties take two of them; pairs on the same case are made, and sight is decided by the composed
// rungs, afterwards.
MATCH (p:Person)-[k:HOLDS|HOLDS_POSITION]->(held_thing)
WHERE ON_DAY(k)
WITH p, count(DISTINCT held_thing.id) AS things
WHERE things > 1 AND EXISTS { MATCH (p)-[a:ACTIVE_IN]->(:Roster) WHERE ON_DAY(a) }
CALL (p) {
  MATCH (p)-[h:HOLDS]->(r:Reach)-[:OF]->(q:Privilege)
  WHERE q.id IN $duties AND ON_DAY(h)
  RETURN 'privilege' AS kind, q.id AS duty, r.id AS thing, [FACT(h)] AS held
  UNION ALL
  MATCH (p)-[h:HOLDS_POSITION]->(x:Position)-[y:POSITION_AT]->(:Unit)
  WHERE (x.id IN $duties OR y.level IN $duties) AND ON_DAY(h) AND ON_DAY(y)
  RETURN 'position' AS kind, y.level AS duty, x.id AS thing, [FACT(h), FACT(y)] AS held
}
RETURN 'SOD-01' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, held AS facts, kind, duty, thing
ORDER BY person, kind, duty, thing
