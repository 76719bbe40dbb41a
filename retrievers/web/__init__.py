"""Sources that search the whole web."""
