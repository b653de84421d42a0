"""Structure of a file's text: languages, grammars and queries, symbols, chunks, documentation, words."""
