// finding: sensitive_case_seen_by_many
// severity: medium
// rules: ECASE-128
// statement: More people than the limit can see a sensitive case.
// message: {count} people can see {case}, which is sensitive; the limit is {limit}.
// shipped: limit = 25
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// Sensitive cases by groups of look-alikes. Who sees them is decided by the composed rungs, pair by pair, afterwards.
MATCH (f:AccessProfile)
WHERE f.system = $system AND (f.needs_type OR f.needs_unit OR f.needs_either)
MATCH (f)<-[hp:HAS_PROFILE]-(c:CaseFile)
WHERE ON_DAY(hp)
RETURN 'ECASE-128' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(hp)] AS facts
ORDER BY case_id
