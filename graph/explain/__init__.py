"""From the cells of evidence to reasons and sentences: the one home of wording."""
