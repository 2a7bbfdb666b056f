// query: unit_profiles
// parameters: system
// returns: unit, profiles
//
// By unit the groups of look-alike cases of a system that it is the office or a team of.
MATCH (u:Unit)<-[:IN_OFFICE|IN_TEAM]-(f:AccessProfile)
WHERE f.system = $system
WITH u, f ORDER BY f.id
RETURN u.id AS unit, collect(DISTINCT f.id) AS profiles
ORDER BY unit
