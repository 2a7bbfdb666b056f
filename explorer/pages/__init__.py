"""The pages, one file each; `explorer/page_list.py` names them."""
