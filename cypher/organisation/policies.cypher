// query: policies
// parameters: system, as_of
// returns: policy, value, source, load
//
// The policies that a system sets on the day.
MATCH (s:System {id: $system})-[r:SETS]->(x:System)
WHERE ON_DAY(r)
RETURN r.policy AS policy, r.value AS value, r.source AS source, r.load AS load
ORDER BY policy
