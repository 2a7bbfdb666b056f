// query: sensitive
// parameters: case, as_of
// returns: place, place_label, id, name, below, source, load
//
// What makes a case sensitive: its type or its team, or one above, that is marked so.
MATCH (c:CaseFile {id: $case})-[h:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(h)
MATCH (f)-[i:OF_TYPE|IN_TEAM]->(low)
MATCH (low)-[w:WITHIN]->(x)
WHERE ON_DAY(w)
MATCH (x)-[s:IS_SENSITIVE]->(y)
WHERE ON_DAY(s)
RETURN type(i) AS place, labels(x)[0] AS place_label, x.id AS id, x.name AS name, low.id AS below, s.source AS source, s.load AS load
ORDER BY place, id
