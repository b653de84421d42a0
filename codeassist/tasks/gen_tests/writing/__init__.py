"""Observations to test files: names, parametrised tests, property tests, formatting, merging."""
