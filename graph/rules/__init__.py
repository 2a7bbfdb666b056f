"""The rule base as data: what the four products state, in our words, and what of SeeWhy carries each rule.

`catalogue` reads the rules (`cms.toml`, `mem.toml`, `icon.toml`, `ecase.toml`; `own.toml` for those that no product
states), `privileges` the 104 privileges of eCase, `findings` the registry of findings and the duties to keep apart,
`page` renders it all as one Markdown page. A file is checked when its module is imported; a wrong one stops the program
with file and id.
"""
