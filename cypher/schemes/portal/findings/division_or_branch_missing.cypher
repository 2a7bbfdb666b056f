// finding: division_or_branch_missing
// severity: medium
// rules: ICON-12, ICON-14
// statement: A case names a referrer as a whole and none of its divisions (ICON-12), or an estate agent and none of its branches (ICON-14), although that party has people of level 2.
// message: {case} names {unit}, but no {level} of it, so only its managers see the case.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, level
//
// The party as a whole is named, none of its divisions or branches, and somebody waits there: has the role of level 2 in it.
MATCH (c:CaseFile)-[y:PARTY]->(u:Unit)
WHERE ON_DAY(y) AND (c.system = $system AND ((y.role = 'referrer' AND u.kind = 'referrer') OR (y.role = 'estate_agent' AND u.kind = 'estate_agent')))
MATCH (c)-[hp:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(hp) AND NOT EXISTS { MATCH (c)-[z:PARTY]->(v:Unit)-[w:WITHIN]->(u) WHERE z.role = y.role AND v.kind IN ['division', 'branch'] AND ON_DAY(z) AND ON_DAY(w) }
MATCH (q:Person)-[r:ACTS_AT]->(:Unit)-[n:WITHIN]->(u)
WHERE ON_DAY(r) AND ON_DAY(n) AND r.system = $system AND r.role = y.role
MATCH (q)-[a:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(a)
WITH c, y, u, r, q ORDER BY q.id, r.source
WITH c, y, u, collect(FACT(r)) AS waiting
RETURN CASE y.role WHEN 'referrer' THEN 'ICON-12' ELSE 'ICON-14' END AS rule, null AS person, null AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, u.id AS unit, u.name AS unit_name, null AS about, [FACT(y)] + waiting AS facts, CASE y.role WHEN 'referrer' THEN 'division' ELSE 'branch' END AS level
ORDER BY case_id, unit
