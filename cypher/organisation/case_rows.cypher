// query: case_rows
// parameters: cases, as_of
// returns: case_id, profile_id, fact
// valid: hp
//
// The rows of some cases on the day, with the profile of each.
UNWIND $cases AS one
MATCH (c:CaseFile {id: one})-[hp:HAS_PROFILE]->(f:AccessProfile)
RETURN c.id AS case_id, f.id AS profile_id, FACT(hp) AS fact
