// query: select_people_of_unit
// parameters: units, as_of
// returns: id
// valid: m, h, a, r, w
//
// Who belongs on the day to one of some units or to one below: by a membership (whatever its access), by holding a position there, or by a portal role there.
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
MATCH (x)<-[m:MEMBER_OF]-(p:Person)
RETURN DISTINCT p.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
MATCH (x)<-[a:POSITION_AT]-(:Position)<-[h:HOLDS_POSITION]-(p:Person)
RETURN DISTINCT p.id AS id
UNION
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[w:WITHIN]-(x:Unit)
MATCH (x)<-[r:ACTS_AT]-(p:Person)
RETURN DISTINCT p.id AS id
