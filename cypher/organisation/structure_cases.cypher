// query: structure_cases
// returns: unit, profiles
//
// The groups of look-alike cases that name each unit, or have open work in it; how many cases each holds on a day tells profile_counts.
MATCH (f:AccessProfile)-[:IN_OFFICE|IN_TEAM|IN_CATEGORY|WORK_IN|FOR_FIRM|REFERRED_BY|SOLD_BY|FOR_CLIENT]->(u:Unit)
RETURN u.id AS unit, collect(DISTINCT f.id) AS profiles
ORDER BY unit
