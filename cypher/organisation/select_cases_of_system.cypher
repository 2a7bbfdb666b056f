// query: select_cases_of_system
// parameters: systems, as_of
// returns: id
//
// Cases of the day that belong to one of some systems.
MATCH (c:CaseFile)-[h:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(h) AND c.system IN $systems
RETURN DISTINCT c.id AS id
