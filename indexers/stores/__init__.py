"""Where an index is kept: the SQLite catalogue, the FAISS vectors, the folder and its lock. The only home of SQL."""
