"""Making and updating an index: one file to a record, worker processes, the update itself."""
