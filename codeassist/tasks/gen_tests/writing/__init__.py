"""Turn observations into test files: names, parametrised tests, property tests, formatting, merging."""
