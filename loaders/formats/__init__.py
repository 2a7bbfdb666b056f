"""One module per format of input files: bytes in, tables of text out, and every defect a problem."""
