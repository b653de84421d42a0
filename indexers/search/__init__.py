"""A question to ranked chunks: understanding, expansion, candidates, features, fusion, reranking."""
