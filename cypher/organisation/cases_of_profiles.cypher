// query: cases_of_profiles
// parameters: profiles, as_of
// returns: profile_id, cases, titles
//
// The cases of look-alike groups on a day, as lists of ids and of titles in their order: lists cost less on the wire than rows.
UNWIND $profiles AS one
MATCH (f:AccessProfile {id: one})<-[h:HAS_PROFILE]-(c:CaseFile)
WHERE ON_DAY(h)
RETURN f.id AS profile_id, collect(c.id) AS cases, collect(coalesce(c.caption, '')) AS titles
