"""A change to a repository: from git or a diff, its files and lines, and the fixes that came before it."""
