"""Findings: the readers of their queries, one module per kind."""
