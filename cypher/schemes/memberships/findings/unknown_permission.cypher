// finding: unknown_permission
// severity: low
// rules: ORG-07
// statement: A security group names a permission that no rule reads; more severe where the name is near to one that a rule reads.
// message: No rule knows the permission `{permission}` of {groups}, so it opens and closes nothing{hint}.
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, permission, groups
//
// Permissions of groups that no rung reads, each with the groups that name it.
MATCH (x:Group)-[a:ALLOWS|DENIES]->(q:Permission)
WHERE ON_DAY(a) AND q.id <> 'can_view_all_cases'
WITH q, a, x ORDER BY x.id, type(a)
WITH q, collect(FACT(a)) AS said, collect(DISTINCT x.id) AS groups
RETURN 'ORG-07' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, q.id AS about, said AS facts, q.id AS permission, groups
ORDER BY about
