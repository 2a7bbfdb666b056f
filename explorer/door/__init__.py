"""The door of the explorer: the process that serves it, what it answers to, and whom it lets in.

`python -P -m seewhy.explorer.door` is that process; `seewhy serve` becomes it. Before a request reaches Streamlit it
has named our host, comes from our own pages, asks for something that we serve, and holds the cookie that a one-time
token gave.
"""
