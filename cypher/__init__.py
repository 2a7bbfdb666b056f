"""Every query of the product, as files, and the small reader that turns them into a book (standard library only)."""
