// query: no_caseworker
// kind: secondary-access
// parameters: positions, as_of
// returns: met, position_id, position_name, level, source
// rules: CMS-09
//
// Absence related: is none of the positions asked for a caseworker position? One row for each.
UNWIND $positions AS one
MATCH (x:Position {id: one})-[a:POSITION_AT]->(:Unit)
WHERE ON_DAY(a)
RETURN a.level <> 'caseworker' AS met, x.id AS position_id, x.name AS position_name, a.level AS level, a.source AS source
