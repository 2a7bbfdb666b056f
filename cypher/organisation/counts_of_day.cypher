// query: counts_of_day
// parameters: as_of
// returns: kind, number
//
// How much of each kind there is on the day: people and cases with a row, units, positions and access rules that stand, and
// roles that give a privilege or that somebody has. Cases are counted on their groups where those counts hold on the day.
MATCH (p:Person)-[l:LISTED_IN]->(:Roster)
WHERE ON_DAY(l)
RETURN 'person' AS kind, count(DISTINCT p.id) AS number
UNION ALL
MATCH (b:Roster)
WHERE b.counts_from <= $as_of AND $as_of < b.counts_until
MATCH (f:AccessProfile)
WITH b, sum(f.cases) AS number
RETURN 'case' AS kind, number
UNION ALL
MATCH (b:Roster)
WHERE NOT (b.counts_from <= $as_of AND $as_of < b.counts_until)
MATCH (c:CaseFile)
WHERE EXISTS { MATCH (c)-[h:HAS_PROFILE]->(:AccessProfile) WHERE ON_DAY(h) }
WITH b, count(c) AS number
RETURN 'case' AS kind, number
UNION ALL
MATCH (u:Unit)-[w:WITHIN]->(v:Unit)
WHERE ON_DAY(w) AND u.id = v.id AND u.id <> ''
RETURN 'unit' AS kind, count(DISTINCT u.id) AS number
UNION ALL
MATCH (x:Position)-[a:POSITION_AT]->(:Unit)
WHERE ON_DAY(a)
RETURN 'position' AS kind, count(DISTINCT x.id) AS number
UNION ALL
MATCH (r:Role)
WHERE EXISTS { MATCH (r)-[g:GIVES]->(:Privilege) WHERE ON_DAY(g) } OR EXISTS { MATCH (:Person)-[o:HAS_ROLE]->(r) WHERE ON_DAY(o) }
RETURN 'role' AS kind, count(DISTINCT r.id) AS number
UNION ALL
MATCH (y:AccessRule)-[s:FOR_SUBJECT]->(z)
WHERE ON_DAY(s)
RETURN 'rule' AS kind, count(DISTINCT y.id) AS number
