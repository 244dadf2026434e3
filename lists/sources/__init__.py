"""One module a list, one registry tuple."""
