"""What the graph means: files as data, rules, ladders, engines, and the questions that can be asked."""
