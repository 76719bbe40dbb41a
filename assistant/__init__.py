"""A question in, a grounded answer out."""
