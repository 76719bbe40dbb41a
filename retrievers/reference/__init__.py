"""Encyclopedias and other works of reference."""
