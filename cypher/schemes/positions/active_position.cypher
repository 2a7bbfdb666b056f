// define: active_position
// rules:  CMS-35, CMS-37
//
// The holding `h` is the position that the person works under on the day: the one in use, or the primary one when none is.
h.active OR (h.kind = 'primary' AND NOT EXISTS {
  MATCH (p)-[x:HOLDS_POSITION]->(:Position)
  WHERE x.active AND x.system = h.system AND ON_DAY(x) })
