// finding: lender_or_authoriser_missing
// severity: medium
// rules: CMS-10, CMS-21
// statement: An absence holding names nobody who authorised it (CMS-10), or a hierarchical one lacks the lending or the authorising person (CMS-21).
// message: The {kind} access of {person} to {position} does not say who {missing} it.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, kind, missing
//
// Absence access is authorised by somebody (CMS-10), hierarchical access is lent and authorised (CMS-21).
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system AND h.kind IN ['absence', 'hierarchical']
WITH p, h, x, CASE WHEN h.kind = 'hierarchical' AND h.lending_by = '' AND h.authorised_by = '' THEN 'lent and authorised' WHEN h.kind = 'hierarchical' AND h.lending_by = '' THEN 'lent' WHEN h.authorised_by = '' THEN 'authorised' ELSE '' END AS missing
WHERE missing <> ''
RETURN CASE h.kind WHEN 'absence' THEN 'CMS-10' ELSE 'CMS-21' END AS rule, p.id AS person, p.name AS person_name, x.id AS position, x.name AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(h)] AS facts, h.kind AS kind, missing
ORDER BY person, position
