// query: sensitive_things
// parameters: as_of
// returns: kind, ids
//
// What is sensitive on a day: units and case types that are marked so, and cases, by themselves or by their type or team.
MATCH (f:AccessProfile)
WHERE f.own_sensitive OR f.needs_type OR f.needs_unit OR f.needs_either
MATCH (c:CaseFile)-[h:HAS_PROFILE]->(f)
WHERE ON_DAY(h)
RETURN 'case' AS kind, collect(c.id) AS ids
UNION ALL
MATCH (u:Unit)-[s:IS_SENSITIVE]->(v:Unit)
WHERE ON_DAY(s)
RETURN 'unit' AS kind, collect(u.id) AS ids
UNION ALL
MATCH (t:CaseType)-[s:IS_SENSITIVE]->(v:CaseType)
WHERE ON_DAY(s)
RETURN 'case_type' AS kind, collect(t.id) AS ids
