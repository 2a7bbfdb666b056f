// query: person_groups
// parameters: person, as_of
// returns: group_id, permission, effect, since, until, source, load, granted_by, note, via
//
// The security groups of a person on the day with what each allows and denies, null for a group that says nothing.
MATCH (p:Person {id: $person})-[g:IN_GROUP]->(x:Group)
WHERE ON_DAY(g)
OPTIONAL MATCH (x)-[a:ALLOWS|DENIES]->(q:Permission)
WHERE ON_DAY(a)
RETURN x.id AS group_id, q.id AS permission, CASE type(a) WHEN 'ALLOWS' THEN 'allow' WHEN 'DENIES' THEN 'deny' END AS effect, g.since AS since, g.until AS until, g.source AS source, g.load AS load, g.granted_by AS granted_by, g.note AS note, a.source AS via
ORDER BY group_id, permission, effect
