// finding: rule_matches_nothing
// severity: low
// rules: ECASE-129
// statement: An access rule in force matches no active person, or no case.
// message: The rule {access_rule} matches no {missing} today.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, access_rule, missing
//
// Whom and what each access rule in force is about on the day: an active person at least, and a case at least. `populated` counts
// the groups of look-alikes with a case, `covered` the holdings of View cases that cover one of them.
MATCH (w:Spot)<-[:AT]-(g:AccessProfile)
WHERE g.system = $system AND EXISTS { MATCH (g)<-[n2:HAS_PROFILE]-(:CaseFile) WHERE ON_DAY(n2) }
WITH DISTINCT w
MATCH (w)<-[v:COVERS]-(:Scope)<-[:OVER]-(e:Reach)
WHERE ON_DAY(v) AND e.privilege = 'View cases'
WITH DISTINCT e
WHERE EXISTS { MATCH (:Person)-[n3:HOLDS]->(e) WHERE ON_DAY(n3) }
WITH count(e) AS covered
OPTIONAL MATCH (f:AccessProfile)
WHERE f.system = $system AND EXISTS { MATCH (f)<-[n1:HAS_PROFILE]-(:CaseFile) WHERE ON_DAY(n1) }
WITH covered, count(f) AS populated
MATCH (x:AccessRule)-[s:FOR_SUBJECT]->(y)
WHERE ON_DAY(s) AND s.system = $system
WITH x, s, populated, covered, EXISTS { MATCH (y)<-[k:COUNTS_AS]-(p:Person)-[a:ACTIVE_IN]->(:Roster) WHERE ON_DAY(k) AND ON_DAY(a) } AS somebody
WITH x, s, somebody, CASE s.target WHEN 'all_cases' THEN populated > 0 WHEN 'own_team_or_subteam' THEN covered > 0 WHEN 'case_type' THEN EXISTS { MATCH (x)-[t2:TARGETS]->(:CaseType)<-[w2:WITHIN]-(:CaseType)<-[:OF_TYPE]-(f2:AccessProfile)<-[n4:HAS_PROFILE]-(:CaseFile) WHERE f2.system = $system AND ON_DAY(t2) AND ON_DAY(w2) AND ON_DAY(n4) } WHEN 'case' THEN EXISTS { MATCH (x)-[t3:TARGETS]->(:CaseFile)-[n5:HAS_PROFILE]->(:AccessProfile) WHERE ON_DAY(t3) AND ON_DAY(n5) } ELSE EXISTS { MATCH (x)<-[:CARRIES]-(f4:AccessProfile)<-[n6:HAS_PROFILE]-(:CaseFile) WHERE f4.system = $system AND ON_DAY(n6) } END AS something
WHERE NOT somebody OR NOT something
RETURN 'ECASE-129' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, x.id AS about, [FACT(s)] AS facts, x.name AS access_rule, CASE WHEN somebody THEN 'case' WHEN something THEN 'person' ELSE 'person and no case' END AS missing
ORDER BY about
