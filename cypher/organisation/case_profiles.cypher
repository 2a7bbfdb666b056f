// query: case_profiles
// parameters: as_of
// returns: profile_id, cases
//
// Every case of the day under its group of look-alikes, as one list of ids per group: the other half of every pair.
MATCH (f:AccessProfile)<-[h:HAS_PROFILE]-(c:CaseFile)
WHERE ON_DAY(h)
RETURN f.id AS profile_id, collect(c.id) AS cases
