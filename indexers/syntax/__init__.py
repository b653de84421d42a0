"""One file's text to structure: languages, grammars and queries, symbols, chunks, documentation, words."""
