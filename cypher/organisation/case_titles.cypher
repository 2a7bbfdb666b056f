// query: case_titles
// parameters: as_of
// returns: profile_id, cases, titles
//
// The same as case_profiles with the titles, in the order of the ids.
MATCH (f:AccessProfile)<-[h:HAS_PROFILE]-(c:CaseFile)
WHERE ON_DAY(h)
RETURN f.id AS profile_id, collect(c.id) AS cases, collect(coalesce(c.caption, '')) AS titles
