"""The words of each scheme's ladder. The decisions stand in `cypher/schemes`."""
