"""How fast SeeWhy is, measured on organisations made from a seed: `python -m benchmarks --size S`."""
