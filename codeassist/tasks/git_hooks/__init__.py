"""Installing, chaining and removing git hooks."""
