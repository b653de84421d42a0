"""The Model Context Protocol interface: the tasks of this program as tools for coding agents."""
