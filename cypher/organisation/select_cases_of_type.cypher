// query: select_cases_of_type
// parameters: types, as_of
// returns: id
//
// Cases of the day that are of one of some case types or of one below, whether or not the case's scheme looks at types.
UNWIND $types AS one
MATCH (t:CaseType {id: one})<-[w:WITHIN]-(x:CaseType)
WHERE ON_DAY(w)
MATCH (x)<-[i:OF_TYPE]-(f:AccessProfile)
MATCH (f)<-[h:HAS_PROFILE]-(c:CaseFile)
WHERE ON_DAY(h)
RETURN DISTINCT c.id AS id
UNION
UNWIND $types AS one
MATCH (t:CaseType {id: one})<-[w:WITHIN]-(x:CaseType)
WHERE ON_DAY(w)
MATCH (x)<-[n:NAMES]-(c:CaseFile)
WHERE ON_DAY(n)
RETURN DISTINCT c.id AS id
