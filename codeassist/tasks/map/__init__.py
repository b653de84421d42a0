"""A repository at a glance within a token budget."""
