"""From the facts that the graph remembers to the nodes and relationships that the rungs read. Pure: no input, no
output."""
