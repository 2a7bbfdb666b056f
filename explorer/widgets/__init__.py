"""What a user works with: fields, filters, tables, the search field."""
