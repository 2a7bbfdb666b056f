// query: positions_above
// kind: reassign
// parameters: unit, system, as_of
// returns: position_id, position_name
// rules: CMS-40
//
// The team leader positions of a unit: the position of the destination, from which work is assigned.
MATCH (u:Unit {id: $unit})<-[t:LEADS]-(x:Position)
WHERE ON_DAY(t) AND t.system = $system
RETURN x.id AS position_id, x.name AS position_name
ORDER BY position_id
