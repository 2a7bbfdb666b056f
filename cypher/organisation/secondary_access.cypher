// query: secondary_access
// parameters: as_of
// returns: person, name, position_id, position_name, kind, system, since, covers, authorised_by, lending_by, borrowing_by, form_received_on, emergency, reviewed_on, source
//
// The register of secondary access on the day: every holding that is not primary.
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.kind <> 'primary'
RETURN p.id AS person, p.name AS name, x.id AS position_id, x.name AS position_name, h.kind AS kind, h.system AS system, CASE WHEN h.given_since <> '' THEN h.given_since ELSE h.since END AS since, h.covers AS covers, h.authorised_by AS authorised_by, h.lending_by AS lending_by, h.borrowing_by AS borrowing_by, h.form_received_on AS form_received_on, h.emergency AS emergency, h.reviewed_on AS reviewed_on, h.source AS source
ORDER BY person, position_id
