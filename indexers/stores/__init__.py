"""Storage of an index: the SQLite catalog, the FAISS vectors, the folder and its lock. All SQL is in this package."""
