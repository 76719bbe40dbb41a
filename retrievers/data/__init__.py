"""Sources of current figures and series of them."""
