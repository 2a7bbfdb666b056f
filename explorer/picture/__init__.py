"""An answer, a tree, a time line as a picture: one model, drawn on the page and as SVG."""
