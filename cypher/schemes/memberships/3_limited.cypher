// step:  limited
// on:    profile
// rules: MEM-37
// says:  none
// guard: yes
// match: everything
//
// "Limit access to this case to the employees specified below" is ticked: nobody below this rung gets in. With
// limit_blocks_view_all=false the tick only keeps memberships out (their rung asks for it), and view_all is reached.
// person:
MATCH (p:Person)
// case:
MATCH (f:AccessProfile)
WHERE f.limited AND f.limit_blocks_view_all
