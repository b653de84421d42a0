"""Building and updating an index: file records, worker processes, the update, watching a folder."""
