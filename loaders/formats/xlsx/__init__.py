"""The cells of a workbook, read once and by what they mean, in a process of their own.

Only the standard library is imported here, so that the process starts in a few hundredths of a second and its memory
limit counts the workbook and nothing else. `loaders/formats/workbook.py` starts it and makes tables of what it says.
"""
