// query: select_cases_of_system
// parameters: systems, as_of
// returns: id
// valid: h
//
// Cases of the day that belong to one of some systems.
MATCH (c:CaseFile)-[h:HAS_PROFILE]->(:AccessProfile)
WHERE c.system IN $systems
RETURN DISTINCT c.id AS id
