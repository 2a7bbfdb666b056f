"""Scope: which people and cases somebody may ask about, and answers cut to them; without one nothing is done."""
