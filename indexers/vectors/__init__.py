"""Vector stores, each in a file of its own behind the `VectorStore` protocol."""
