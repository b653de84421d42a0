"""LangChain's retriever interface over an index: `CodeRetriever.from_path(".").invoke("where is auth handled")`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from indexers import Index


class CodeRetriever(BaseRetriever):
    """Retrieves code as LangChain documents: the text, with path, lines, name, kind, language and score as metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 10
    paths: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    all_chunks: bool = False

    @classmethod
    def from_path(cls, path: str | Path, **settings: Any) -> Self:
        """Open the index of a folder, or build it; `settings` are this class's fields."""
        return cls(index=Index.build(path), **settings)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = self.index.search(query, self.k, paths=self.paths, languages=self.languages, all_chunks=self.all_chunks)
        return [
            Document(
                page_content=hit.text,
                id=f"{hit.path}:{hit.start_line}-{hit.end_line}",
                metadata={key: value for key, value in hit.as_json().items() if key != "text"},
            )
            for hit in hits
        ]
