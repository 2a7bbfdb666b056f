// query: open_work
// kind: removal
// parameters: position, as_of
// returns: met, work, sources
// rules: CMS-11, CMS-29, CMS-30
//
// Does no open work lie on the position? What lies there would be lost (CMS-30).
MATCH (x:Position {id: $position})
OPTIONAL MATCH (x)<-[o:OPEN_ON]-(w:WorkItem)
WHERE ON_DAY(o)
WITH collect(DISTINCT w.id) AS work, collect(DISTINCT o.source) AS sources
RETURN size(work) = 0 AS met, work, sources
