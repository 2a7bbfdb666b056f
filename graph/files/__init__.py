"""Files that SeeWhy writes: whole or not at all, their owner's, harmless in a spreadsheet, signed."""
