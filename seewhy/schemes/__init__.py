"""Schemes put to the proof: the rungs of a scheme compared with its definition in SQL, on generated organisations."""
