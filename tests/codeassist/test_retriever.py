"""LangChain's interface over an index, and LangChain embeddings as an encoder."""

from __future__ import annotations

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings
from langchain_core.runnables import RunnableLambda

import codeassist
from codeassist import CodeRetriever
from codeassist.models.encoders import LangChainEncoder, load
from indexers import EncoderError, Index, MissingExtraError


def test_documents_have_path_and_lines(shop_index):
    documents = CodeRetriever(index=shop_index, k=3).invoke("charge an account")
    assert documents[0].metadata["path"] == "shop/payments.py"
    assert documents[0].id == "shop/payments.py:{start_line}-{end_line}".format(**documents[0].metadata)
    assert "def charge" in documents[0].page_content
    assert len(documents) == 3


def test_it_composes_with_other_runnables(shop_index):
    chain = CodeRetriever(index=shop_index, languages=["go"]) | RunnableLambda(
        lambda documents: [d.metadata["language"] for d in documents]
    )
    assert set(chain.invoke("reserve goods")) == {"go"}


def test_from_path_builds_the_index(shop):
    retriever = CodeRetriever.from_path(shop, k=1)
    assert [d.metadata["path"] for d in retriever.invoke("registerRoutes")] == ["shop/web/routes.js"]
    retriever.index.close()


def test_the_package_exports_only_its_public_names():
    assert set(codeassist.__all__) == {"CodeRetriever", "__version__"}
    with pytest.raises(AttributeError, match="nothing"):
        _ = codeassist.nothing


def test_langchain_embeddings_are_probed_and_normalised(shop):
    encoder = LangChainEncoder(DeterministicFakeEmbedding(size=12), "fake:twelve", batch_size=2)
    assert encoder.dimension == 12
    rows = encoder.encode(["a", "b", "c"])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    with Index.build(shop, encoder=encoder) as index:
        assert index.search("authenticate")


class Broken(Embeddings):
    def embed_documents(self, texts):
        raise ConnectionError("the service is down\nwith details")

    def embed_query(self, text):
        raise ConnectionError("the service is down")


def test_a_failing_service_gives_a_one_line_error():
    with pytest.raises(EncoderError, match="'broken:x' failed: the service is down$"):
        LangChainEncoder(Broken(), "broken:x")


def test_missing_packages_and_unknown_providers():
    with pytest.raises(MissingExtraError, match="pip install"):
        load("cohere:embed-v4")
    with pytest.raises(EncoderError, match="cannot be set up"):
        load("nonsense:model")
    assert load("static").name == "static"
