"""Assertion files: what they hold, what is wrong with one, and how it is run."""
