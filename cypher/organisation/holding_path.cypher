// query: holding_path
// parameters: person, thing, case, as_of
// returns: path
//
// How one holding of a privilege reaches a case: the holding, and what it covers.
MATCH (c:CaseFile {id: $case})-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(hp)
MATCH (p:Person {id: $person})-[h:HOLDS]->(r:Reach {id: $thing})-[:OVER]->(:Scope)-[v:COVERS]->(:Spot)<-[k:AT|AT_OFFICE]-(f)
WHERE ON_DAY(h) AND ON_DAY(v)
RETURN [FACT(h), FACT(v)] AS path
ORDER BY h.source
