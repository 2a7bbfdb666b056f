// finding: case_rule_names_owner
// severity: low
// rules: ECASE-129
// statement: A cannot rule on a case matches the owner of the case, whom no rule can lock out.
// message: The rule {access_rule} denies {case} to its owner {person}; it has no effect on an owner.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, access_rule
//
// A rule that forbids a case and matches its owner, who stands above every rule.
MATCH (p:Person)<-[l:OWNER]-(c:CaseFile)<-[t:TARGETS]-(x:AccessRule)-[s:FOR_SUBJECT]->(y)<-[k:COUNTS_AS]-(p)
WHERE ON_DAY(l) AND ON_DAY(t) AND ON_DAY(s) AND ON_DAY(k) AND c.system = $system AND s.level = 'case' AND s.effect = 'cannot' AND s.action = 'view' AND s.system = $system
MATCH (c)-[hp:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(hp) AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
RETURN 'ECASE-129' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, null AS unit, null AS unit_name, x.id AS about, [FACT(l), FACT(s), FACT(k)] AS facts, x.name AS access_rule
ORDER BY case_id, person, about
