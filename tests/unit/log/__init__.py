"""The question log: what is written, what a kill leaves, what is found."""
