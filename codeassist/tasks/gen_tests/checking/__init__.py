"""Check generated tests: stability, coverage, killed mutants; find the project's own tests."""
