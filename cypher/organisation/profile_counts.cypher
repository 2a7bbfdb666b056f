// query: profile_counts
// parameters: as_of
// returns: id, cases
//
// Groups of look-alike cases with the number of cases on any day, counted.
MATCH (f:AccessProfile)<-[h:HAS_PROFILE]-(:CaseFile)
WHERE ON_DAY(h)
RETURN f.id AS id, count(h) AS cases
