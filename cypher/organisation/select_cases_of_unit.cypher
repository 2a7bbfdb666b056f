// query: select_cases_of_unit
// parameters: units, as_of
// returns: id
// valid: w, h
//
// Cases of the day whose office, team, category, firm or place of open work is one of some units or one below, as far as the case's scheme looks at these.
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
MATCH (x)<-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY|FOR_FIRM|WORK_IN]-(f:AccessProfile)
MATCH (f)<-[h:HAS_PROFILE]-(c:CaseFile)
RETURN DISTINCT c.id AS id
