"""Builds the shipped retrieval model from a list of package names; not part of the wheel. See `training/README.md`."""
