// query: profile_sizes
// parameters: profiles
// returns: id, system, cases, first_cases, steady_since, steady_until
//
// Some groups of look-alike cases with the number of cases on the days from steady_since on and before steady_until, and the first of these cases by id, on lines; null where an older SeeWhy loaded them.
UNWIND $profiles AS one
MATCH (f:AccessProfile {id: one})
RETURN f.id AS id, f.system AS system, f.cases AS cases, f.first_cases AS first_cases, f.steady_since AS steady_since, f.steady_until AS steady_until
