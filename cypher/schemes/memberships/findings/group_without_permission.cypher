// finding: group_without_permission
// severity: low
// rules: ORG-05
// statement: People are in a security group that neither allows nor denies anything; more severe where its name is near to that of a group that nobody is in.
// message: The group `{group}` has {members} and no permission{hint}.
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, group, count
//
// Groups that somebody is in and that say nothing on the day. What the name may have been meant to be is looked for afterwards.
MATCH (p:Person)-[g:IN_GROUP]->(x:Group)
WHERE ON_DAY(g) AND NOT EXISTS { MATCH (x)-[a:ALLOWS|DENIES]->(:Permission) WHERE ON_DAY(a) }
WITH x, g, p ORDER BY p.id, g.source
WITH x, collect(FACT(g)) AS held, count(DISTINCT p.id) AS members
RETURN 'ORG-05' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, x.id AS about, held[0..1] AS facts, x.id AS group, members AS count
ORDER BY about
