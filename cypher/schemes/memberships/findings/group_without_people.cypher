// finding: group_without_people
// severity: low
// rules: ORG-06
// statement: A security group allows or denies something, and no active person is in it; more severe where its name is near to that of a group without permissions.
// message: Nobody is in the group `{group}`, which {said}{hint}.
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, group, said
//
// Groups that allow or deny something on the day, and no active person is in them.
MATCH (x:Group)-[a:ALLOWS|DENIES]->(q:Permission)
WHERE ON_DAY(a) AND NOT EXISTS { MATCH (x)<-[g:IN_GROUP]-(p:Person)-[r:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) AND ON_DAY(r) }
WITH x, a, q ORDER BY q.id, type(a)
WITH x, collect(FACT(a)) AS said_by, collect(CASE type(a) WHEN 'ALLOWS' THEN 'allows ' ELSE 'denies ' END + q.id) AS said
RETURN 'ORG-06' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, x.id AS about, said_by AS facts, x.id AS group, said
ORDER BY about
