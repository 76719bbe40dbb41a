"""From a query to candidates: choose sources, ask them all at once, merge their lists."""
