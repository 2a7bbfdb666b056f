"""Changes: which rows differ, which pairs they can affect, what differs, and which rows did it."""
