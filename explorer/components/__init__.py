"""The pieces that pages are made of, as HTML in which every name is escaped."""
