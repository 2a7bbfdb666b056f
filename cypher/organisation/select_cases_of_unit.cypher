// query: select_cases_of_unit
// parameters: units, as_of
// returns: id
//
// Cases of the day that name one of some units or one below, in any column of their row or as a party, or have open work
// in it, whether or not the case's scheme looks at it.
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
WHERE ON_DAY(w)
MATCH (x)<-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY|FOR_FIRM|WORK_IN]-(f:AccessProfile)
MATCH (f)<-[h:HAS_PROFILE]-(c:CaseFile)
WHERE ON_DAY(h)
RETURN DISTINCT c.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
WHERE ON_DAY(w)
MATCH (f:AccessProfile)
WHERE f.queue_unit = x.id
MATCH (f)<-[h:HAS_PROFILE]-(c:CaseFile)
WHERE ON_DAY(h)
RETURN DISTINCT c.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
WHERE ON_DAY(w)
MATCH (x)<-[n:NAMES]-(c:CaseFile)
WHERE ON_DAY(n)
RETURN DISTINCT c.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
WHERE ON_DAY(w)
MATCH (x)<-[p:PARTY]-(c:CaseFile)
WHERE ON_DAY(p)
MATCH (c)-[h:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(h)
RETURN DISTINCT c.id AS id
