"""The pages, one file each; `explorer/pagemap.py` names them."""
