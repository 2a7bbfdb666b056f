// query: profile_counts
// parameters: as_of
// returns: id, cases
// valid: h
//
// Groups of look-alike cases with the number of cases on any day, counted.
MATCH (f:AccessProfile)<-[h:HAS_PROFILE]-(:CaseFile)
RETURN f.id AS id, count(h) AS cases
