// query: select_cases_of_day
// parameters: as_of
// returns: id
//
// Every case that has a row on the day.
MATCH (c:CaseFile)-[h:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(h)
RETURN DISTINCT c.id AS id
