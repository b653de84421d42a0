"""How well retrieval works on a repository."""
