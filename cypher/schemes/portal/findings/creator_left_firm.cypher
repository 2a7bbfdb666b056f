// finding: creator_left_firm
// severity: medium
// rules: ICON-10
// statement: Nobody who created a case is today a fee earner or supervisor of the case's firm.
// message: {case} was created by {person}, who has no fee earner role in {unit} today.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// Cases of a firm that nobody sees as its creator: no creator is today an active fee earner or supervisor of that firm.
MATCH (c:CaseFile)-[l:CREATED_BY]->(p:Person)
WHERE ON_DAY(l) AND c.system = $system
MATCH (c)-[hp:HAS_PROFILE]->(f:AccessProfile)-[:FOR_FIRM]->(:Unit)-[b:IN_FIRM]->(u:Unit)
WHERE ON_DAY(hp) AND ON_DAY(b) AND NOT EXISTS { MATCH (c)-[k:CREATED_BY]->(q:Person)-[r:ACTS_AT]->(:Unit)-[n:IN_FIRM]->(u) WHERE r.system = $system AND r.role IN ['fee_earner', 'fee_earner_supervisor'] AND EXISTS { MATCH (q)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) } AND ON_DAY(k) AND ON_DAY(r) AND ON_DAY(n) }
RETURN 'ICON-10' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, u.id AS unit, u.name AS unit_name, null AS about, [FACT(l), FACT(hp)] AS facts
ORDER BY case_id, person
