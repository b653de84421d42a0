"""From a query to ranked chunks: query analysis, expansion, candidates, features, fusion, reranking."""
