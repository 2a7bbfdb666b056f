// query: ids
// returns: kind, ids
//
// Every id that people write, as one list per kind.
MATCH (n:Person)
RETURN 'person' AS kind, collect(n.id) AS ids
UNION ALL
MATCH (n:CaseFile)
RETURN 'case' AS kind, collect(n.id) AS ids
UNION ALL
MATCH (n:Unit)
RETURN 'unit' AS kind, collect(n.id) AS ids
UNION ALL
MATCH (n:CaseType)
RETURN 'case type' AS kind, collect(n.id) AS ids
UNION ALL
MATCH (n:Position)
RETURN 'position' AS kind, collect(n.id) AS ids
UNION ALL
MATCH (n:AccessRule)
RETURN 'access rule' AS kind, collect(n.id) AS ids
UNION ALL
MATCH (n:Group)
RETURN 'group' AS kind, collect(n.id) AS ids
UNION ALL
MATCH (n:Role)
RETURN 'role' AS kind, collect(n.id) AS ids
UNION ALL
MATCH (n:System)
RETURN 'system' AS kind, collect(n.id) AS ids
