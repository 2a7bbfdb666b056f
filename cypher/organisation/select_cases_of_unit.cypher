// query: select_cases_of_unit
// parameters: units, as_of
// returns: id
// valid: w, h, n, p
//
// Cases of the day that name one of some units or one below, in any column of their row or as a party, or have open work
// in it, whether or not the case's scheme looks at it.
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
MATCH (x)<-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY|FOR_FIRM|WORK_IN]-(f:AccessProfile)
MATCH (f)<-[h:HAS_PROFILE]-(c:CaseFile)
RETURN DISTINCT c.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
MATCH (f:AccessProfile)
WHERE f.queue_unit = x.id
MATCH (f)<-[h:HAS_PROFILE]-(c:CaseFile)
RETURN DISTINCT c.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
MATCH (x)<-[n:NAMES]-(c:CaseFile)
RETURN DISTINCT c.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
MATCH (x)<-[p:PARTY]-(c:CaseFile)
MATCH (c)-[h:HAS_PROFILE]->(:AccessProfile)
RETURN DISTINCT c.id AS id
