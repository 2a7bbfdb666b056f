// query: case_rows
// parameters: cases, as_of
// returns: case_id, profile_id, fact
//
// The rows of some cases on the day, with the profile of each.
UNWIND $cases AS one
MATCH (c:CaseFile {id: one})-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(hp)
RETURN c.id AS case_id, f.id AS profile_id, FACT(hp) AS fact
