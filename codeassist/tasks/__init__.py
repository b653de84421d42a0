"""Tasks: data in, data out; no printing, no configuration files."""
