"""Files in, graph out: tables of every format, snapshots, and organisations made from published data."""
