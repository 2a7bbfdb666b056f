// finding: route_to_ignore_access_rules
// severity: high
// rules: ECASE-128
// statement: A person who does not hold Ignore all Access Rules can take it by own privileges over roles.
// message: {person} can gain Ignore all Access Rules: {route}.
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, way, route
//
// Ways by which somebody could take the privilege: give it by editing people (ECASE-119 with -203), put it into a role that they
// have (ECASE-126), or take a role that has it, at the team they manage (ECASE-159 with -203). One row per way.
MATCH (p:Person)-[a:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(a) AND NOT EXISTS { MATCH (p)-[n:HOLDS]->(:Reach)-[:OF]->(b:Privilege) WHERE b.rule = 'ECASE-128' AND ON_DAY(n) }
CALL (p) {
  MATCH (p)-[h1:HOLDS]->(:Reach)-[:OF]->(q1:Privilege)
  WHERE q1.rule = 'ECASE-119' AND ON_DAY(h1)
  MATCH (p)-[h2:HOLDS]->(:Reach)-[:OF]->(q2:Privilege)
  WHERE q2.rule = 'ECASE-203' AND ON_DAY(h2)
  RETURN 1 AS way, q1.name + ' with ' + q2.name + ' lets them give it to themselves' AS route, [FACT(h2), FACT(h1)] AS steps
  UNION ALL
  MATCH (p)-[h3:HOLDS]->(:Reach)-[:OF]->(q3:Privilege)
  WHERE q3.rule = 'ECASE-126' AND ON_DAY(h3)
  MATCH (p)-[o3:HAS_ROLE]->(y3:Role)
  WHERE ON_DAY(o3)
  RETURN 2 AS way, q3.name + ' lets them put it into the role ' + y3.name + ' that they have' AS route, [FACT(h3), FACT(o3)] AS steps
  UNION ALL
  MATCH (p)-[h4:HOLDS]->(e4:Reach)-[:OF]->(q4:Privilege)
  WHERE q4.rule = 'ECASE-159' AND e4.unit <> '' AND ON_DAY(h4)
  MATCH (p)-[h5:HOLDS]->(:Reach)-[:OF]->(q5:Privilege)
  WHERE q5.rule = 'ECASE-203' AND ON_DAY(h5)
  MATCH (y4:Role)-[v4:GIVES]->(q6:Privilege)
  WHERE q6.rule = 'ECASE-128' AND ON_DAY(v4)
  RETURN 3 AS way, q4.name + ' with ' + q5.name + ' lets them take the role ' + y4.name + ' at their team' AS route, [FACT(h5), FACT(h4), FACT(v4)] AS steps
}
RETURN 'ECASE-128' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, steps AS facts, way, route
ORDER BY person, way, route
