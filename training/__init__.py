"""From package names to the retrieval model that ships; not part of the wheel. See `training/README.md`."""
