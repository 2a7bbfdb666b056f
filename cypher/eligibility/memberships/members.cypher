// query: members
// kind: assign
// parameters: units, as_of
// returns: person, unit, unit_name, access, source
//
// The memberships of some units on the day.
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[m:MEMBER_OF]-(p:Person)
WHERE ON_DAY(m)
RETURN p.id AS person, u.id AS unit, u.name AS unit_name, m.access AS access, m.source AS source
