// query: select_people_of_unit
// parameters: units, as_of
// returns: id
//
// Who belongs on the day to one of some units or to one below: by a membership (whatever its access), by holding a position there, or by a portal role there.
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
WHERE ON_DAY(w)
MATCH (x)<-[m:MEMBER_OF]-(p:Person)
WHERE ON_DAY(m)
RETURN DISTINCT p.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
WHERE ON_DAY(w)
MATCH (x)<-[a:POSITION_AT]-(:Position)<-[h:HOLDS_POSITION]-(p:Person)
WHERE ON_DAY(h) AND ON_DAY(a)
RETURN DISTINCT p.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
WHERE ON_DAY(w)
MATCH (x)<-[r:ACTS_AT]-(p:Person)
WHERE ON_DAY(r)
RETURN DISTINCT p.id AS id
