// finding: client_in_fifth_slot
// severity: medium
// rules: ICON-15
// statement: A client stands in a slot beyond the fourth, which opens nothing.
// message: {client} is client number {slot} of {case}; only numbers 1 to 4 are read.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, client, slot
//
// Only the slots 1 to 4 of a client are read (ICON-15).
MATCH (c:CaseFile)-[l:CLIENT|PARTY]->(x)
WHERE ON_DAY(l) AND (c.system = $system AND l.slot > 4 AND (type(l) = 'CLIENT' OR l.role = 'client'))
MATCH (c)-[hp:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(hp)
RETURN 'ICON-15' AS rule, CASE type(l) WHEN 'CLIENT' THEN x.id END AS person, CASE type(l) WHEN 'CLIENT' THEN x.name END AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, CASE type(l) WHEN 'PARTY' THEN x.id END AS unit, CASE type(l) WHEN 'PARTY' THEN x.name END AS unit_name, toString(l.slot) AS about, [FACT(l)] AS facts, x.name AS client, l.slot AS slot
ORDER BY case_id, slot, client
