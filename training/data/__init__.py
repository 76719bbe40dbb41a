"""Training data made by code from seeds: invented worlds, pages about them, and questions with cited answers."""
