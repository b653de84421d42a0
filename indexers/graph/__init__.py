"""Definitions, callers and callees, central files, and commit history."""
