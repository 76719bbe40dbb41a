"""Sources of program code: repositories and what is said about them."""
