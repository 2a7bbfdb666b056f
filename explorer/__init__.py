"""The pages of the explorer; they ask questions and never write."""
