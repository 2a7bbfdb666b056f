"""Other products on one small model, asked the same questions; their packages live in an environment of their own."""
