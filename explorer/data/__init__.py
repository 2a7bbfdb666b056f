"""What the pages show: the open graph, answers kept per load and day, the search index."""
