"""Sources of scholarly papers."""
