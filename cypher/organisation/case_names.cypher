// query: case_names
// returns: system, cases, titles
//
// Every case that was ever loaded, by system, as lists in one order: what a search looks through.
MATCH (c:CaseFile)
RETURN c.system AS system, collect(c.id) AS cases, collect(coalesce(c.caption, '')) AS titles
ORDER BY system
