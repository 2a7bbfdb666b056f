// query: profiles
// returns: id, system, scheme, cases
//
// Groups of look-alike cases with the number of cases on the day of the newest load.
MATCH (f:AccessProfile)
RETURN f.id AS id, f.system AS system, f.scheme AS scheme, f.cases AS cases
ORDER BY id
