"""Evidence: an answer in a file that can be decided again later, offline, from the rows inside."""
