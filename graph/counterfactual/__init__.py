"""Counterfactuals: what would change an answer, and what changes would do."""
