"""What proves a scheme: its rules said twice, and its rules changed one place at a time."""
