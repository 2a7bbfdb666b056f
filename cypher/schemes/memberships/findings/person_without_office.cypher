// finding: person_without_office
// severity: medium
// rules: MEM-13
// statement: An active person with a part in a Case Manager case, or a membership with access, belongs to no office.
// message: {person} works with Case Manager cases and belongs to no office.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// People who work with Case Manager cases: a membership with access, or a part in a case of the system. Of several parts the
// one in the first case is shown.
MATCH (p:Person)-[a:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(a) AND NOT EXISTS { MATCH (p)-[o:MEMBER_OF]->(v:Unit) WHERE v.kind = 'office' AND ON_DAY(o) }
OPTIONAL MATCH (p)-[m:MEMBER_OF]->(:Unit)
WHERE ON_DAY(m) AND m.access IN ['view', 'edit']
WITH p, m ORDER BY m.source
WITH p, collect(CASE WHEN m IS NULL THEN null ELSE FACT(m) END) AS member
OPTIONAL MATCH (p)<-[l:ASSIGNED_TO|OTHER_STAFF]-(c:CaseFile)
WHERE ON_DAY(l) AND c.system = $system
WITH p, member, l, c ORDER BY c.id, l.source
WITH p, member, collect(CASE WHEN l IS NULL THEN null ELSE FACT(l) END) AS parts
WHERE size(member) + size(parts) > 0
RETURN 'MEM-13' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, member + parts[0..1] AS facts
ORDER BY person
