// query: case_types
// returns: id, name
//
// Every case type that was ever loaded.
MATCH (t:CaseType)
RETURN t.id AS id, t.name AS name
ORDER BY id
