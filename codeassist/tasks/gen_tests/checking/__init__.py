"""Checking generated tests: stable outcomes, coverage, mutants, the project's own tests."""
