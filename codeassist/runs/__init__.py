"""Runs: every execution of a task with its provenance, and the cache of models' answers."""
