"""The parts that pages are made of, as HTML in which every name is escaped."""
