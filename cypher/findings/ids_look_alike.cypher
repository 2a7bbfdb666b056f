// finding: ids_look_alike
// severity: medium
// rules: ORG-09
// statement: Two ids of one kind look the same and are not: they differ in letter case, in the spelling of an accent, in invisible signs, or in letters of other scripts.
// message: The {kind} ids {ids} look the same{hint}.
// parameters: keys, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, kind
//
// The ids `$keys` that mean something on the day, by kind, each with rows that name it. Which ids look alike is found out
// beforehand, over all ids: it is a matter of letters.
UNWIND $keys AS one
MATCH (p:Person {id: one})-[l:LISTED_IN]->(:Roster)
WHERE ON_DAY(l)
RETURN 'ORG-09' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, p.id AS about, [FACT(l)] AS facts, 'person' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (c:CaseFile {id: one})-[h:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(h)
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, null AS unit, null AS unit_name, c.id AS about, [FACT(h)] AS facts, 'case' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (u:Unit {id: one})-[w:WITHIN]->(v:Unit)
WHERE ON_DAY(w) AND v.id = u.id
OPTIONAL MATCH (u)-[t:PART_OF]->(:Unit)
WHERE ON_DAY(t)
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, u.id AS unit, u.name AS unit_name, u.id AS about, [CASE WHEN t IS NULL THEN null ELSE FACT(t) END] AS facts, 'unit' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (y:CaseType {id: one})-[w:WITHIN]->(v:CaseType)
WHERE ON_DAY(w) AND v.id = y.id
OPTIONAL MATCH (y)-[t:PART_OF]->(:CaseType)
WHERE ON_DAY(t)
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, y.id AS about, [CASE WHEN t IS NULL THEN null ELSE FACT(t) END] AS facts, 'case type' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (x:Position {id: one})-[a:POSITION_AT]->(:Unit)
WHERE ON_DAY(a)
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, x.id AS position, x.name AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, x.id AS about, [FACT(a)] AS facts, 'position' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (r:AccessRule {id: one})-[s:FOR_SUBJECT]->(i)
WHERE ON_DAY(s)
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, r.id AS about, [FACT(s)] AS facts, 'access rule' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (:Person)-[g:IN_GROUP]->(x:Group {id: one})
WHERE ON_DAY(g)
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, x.id AS about, [FACT(g)] AS facts, 'group' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (x:Group {id: one})-[d:ALLOWS|DENIES]->(:Permission)
WHERE ON_DAY(d)
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, x.id AS about, [FACT(d)] AS facts, 'group' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (o:Role {id: one})-[k:GIVES]->(:Privilege)
WHERE ON_DAY(k)
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, o.id AS about, [FACT(k)] AS facts, 'role' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (:Person)-[b:HAS_ROLE]->(o:Role {id: one})
WHERE ON_DAY(b)
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, o.id AS about, [FACT(b)] AS facts, 'role' AS kind
UNION ALL
UNWIND $keys AS one
MATCH (z:System {id: one})
RETURN 'ORG-09' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, z.id AS about, [null] AS facts, 'system' AS kind
