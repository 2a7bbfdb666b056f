// query: policies
// parameters: system, as_of
// returns: policy, value, source, load
// valid: r
//
// The policies that a system sets on the day.
MATCH (s:System {id: $system})-[r:SETS]->(x:System)
RETURN r.policy AS policy, r.value AS value, r.source AS source, r.load AS load
ORDER BY policy
