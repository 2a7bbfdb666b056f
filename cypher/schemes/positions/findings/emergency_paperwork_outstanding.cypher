// finding: emergency_paperwork_outstanding
// severity: medium
// rules: CMS-17
// statement: An emergency holding has no date on which the form was received.
// message: The emergency access of {person} to {position} began on {since}; the form CSUA P30 has not been received.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, since
//
// An emergency holding is active at once; the form still has to follow (CMS-17). A form that arrives later than the day
// that is asked about has not arrived yet.
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system AND h.emergency
WITH p, x, h
WHERE h.form_received_on = '' OR h.form_received_on > $as_of
RETURN 'CMS-17' AS rule, p.id AS person, p.name AS person_name, x.id AS position, x.name AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(h)] AS facts, CASE WHEN h.given_since <> '' THEN h.given_since ELSE h.since END AS since
ORDER BY person, position
