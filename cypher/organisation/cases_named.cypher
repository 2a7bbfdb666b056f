// query: cases_named
// parameters: cases
// returns: id, caption, system
//
// Titles and systems of some cases.
UNWIND $cases AS one
MATCH (c:CaseFile {id: one})
RETURN c.id AS id, c.caption AS caption, c.system AS system
