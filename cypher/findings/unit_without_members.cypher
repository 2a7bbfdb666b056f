// finding: unit_without_members
// severity: low
// rules: ORG-02
// statement: An organisational unit that cases, positions or roles rest on has no active member.
// message: Nobody is a member of {unit}, and cases, positions or roles rest on it ({count}).
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, count
//
// Units of the organisation itself on which cases, positions or roles rest. A member has a membership; in CMS, whoever holds a
// position of the unit. Categories and the units of portal parties need none.
MATCH (u:Unit)
WHERE u.kind IN ['team', 'office', 'segment', 'private_office', 'organisation']
AND NOT EXISTS { MATCH (u)<-[m:MEMBER_OF]-(p:Person) WHERE EXISTS { MATCH (p)-[g1:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g1) } AND ON_DAY(m) }
AND NOT EXISTS { MATCH (u)<-[a:POSITION_AT]-(:Position)<-[h:HOLDS_POSITION]-(p:Person) WHERE EXISTS { MATCH (p)-[g2:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g2) } AND ON_DAY(a) AND ON_DAY(h) }
CALL (u) {
  MATCH (u)<-[:IN_OFFICE|IN_TEAM]-(:AccessProfile)<-[hp:HAS_PROFILE]-(c:CaseFile)
  WHERE ON_DAY(hp)
  RETURN c.id AS one, 1 AS kind, FACT(hp) AS fact
  UNION ALL
  MATCH (u)<-[y:POSITION_AT]-(x:Position)
  WHERE ON_DAY(y)
  RETURN x.id AS one, 2 AS kind, FACT(y) AS fact
  UNION ALL
  MATCH (p:Person)-[z:HAS_ASSIGNMENT]->(s:Scope)
  WHERE s.unit = u.id AND s.unit <> '' AND ON_DAY(z)
  RETURN z.source AS one, 3 AS kind, FACT(z) AS fact
}
WITH u, kind, one, fact ORDER BY kind, one
WITH u, count(one) AS resting, collect(fact) AS shown
RETURN 'ORG-02' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, u.id AS unit, u.name AS unit_name, null AS about, shown[0..1] AS facts, resting AS count
ORDER BY unit
