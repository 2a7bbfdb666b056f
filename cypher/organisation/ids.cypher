// query: ids
// returns: kind, id
//
// Every id that people write, by kind.
MATCH (n:Person)
RETURN 'person' AS kind, n.id AS id
UNION ALL
MATCH (n:CaseFile)
RETURN 'case' AS kind, n.id AS id
UNION ALL
MATCH (n:Unit)
RETURN 'unit' AS kind, n.id AS id
UNION ALL
MATCH (n:CaseType)
RETURN 'case type' AS kind, n.id AS id
UNION ALL
MATCH (n:Position)
RETURN 'position' AS kind, n.id AS id
UNION ALL
MATCH (n:AccessRule)
RETURN 'access rule' AS kind, n.id AS id
UNION ALL
MATCH (n:Group)
RETURN 'group' AS kind, n.id AS id
UNION ALL
MATCH (n:Role)
RETURN 'role' AS kind, n.id AS id
UNION ALL
MATCH (n:System)
RETURN 'system' AS kind, n.id AS id
