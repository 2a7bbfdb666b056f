// query: person_positions
// parameters: person, as_of
// returns: position_id, name, system, level, unit, unit_name, kind, in_use, covers, requested_by, authorised_by, lending_by, borrowing_by, form_received_on, emergency, reviewed_on, given_since, since, until, source, load, granted_by, note
//
// The positions that a person holds on the day. In use is the one marked active, else the primary one.
MATCH (p:Person {id: $person})-[h:HOLDS_POSITION]->(x:Position)-[a:POSITION_AT]->(u:Unit)
WHERE ON_DAY(h) AND ON_DAY(a)
RETURN x.id AS position_id, x.name AS name, h.system AS system, a.level AS level, u.id AS unit, u.name AS unit_name, h.kind AS kind, h.active OR (h.kind = 'primary' AND NOT EXISTS { MATCH (p)-[o:HOLDS_POSITION]->(:Position) WHERE o.active AND o.system = h.system AND ON_DAY(o) }) AS in_use, h.covers AS covers, h.requested_by AS requested_by, h.authorised_by AS authorised_by, h.lending_by AS lending_by, h.borrowing_by AS borrowing_by, h.form_received_on AS form_received_on, h.emergency AS emergency, h.reviewed_on AS reviewed_on, h.given_since AS given_since, h.since AS since, h.until AS until, h.source AS source, h.load AS load, h.granted_by AS granted_by, h.note AS note
ORDER BY system, position_id
