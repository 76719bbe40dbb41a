"""Sources where people ask, answer and discuss."""
