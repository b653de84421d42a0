"""Tasks, as functions from data to data: they do not print or read configuration files."""
