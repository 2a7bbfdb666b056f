"""What the pages show: the open graph, answers kept per load and day, what can be looked up."""
