// finding: unknown_segment_code
// severity: medium
// rules: ORG-10
// statement: The code of a segment is none of the four that allow hierarchical access, and very near to one of them.
// message: The code `{code}` of the segment {unit} is none of the four that allow hierarchical access{hint}.
// parameters: as_of, codes
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, code
//
// Segments with a code that is none of the four that allow hierarchical access. Most have one of their own; which of them was
// meant to be one of the four is decided afterwards, by how near it is.
MATCH (u:Unit)-[w:WITHIN]->(v:Unit)
WHERE ON_DAY(w) AND v.id = u.id AND u.kind = 'segment' AND u.code <> '' AND NOT u.code IN $codes
OPTIONAL MATCH (u)<-[y:POSITION_AT]-(:Position)
WHERE ON_DAY(y)
WITH u, y ORDER BY y.source
WITH u, collect(CASE WHEN y IS NULL THEN null ELSE FACT(y) END) AS placed
RETURN 'ORG-10' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, u.id AS unit, u.name AS unit_name, null AS about, placed[0..1] AS facts, u.code AS code
ORDER BY unit
