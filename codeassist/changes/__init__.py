"""A change to a repository, read from git or a diff: its files, its lines, and earlier fixes to the same files."""
