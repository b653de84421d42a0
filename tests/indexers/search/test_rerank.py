"""Reranking of the best hits."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from indexers import Index, IndexOptions
from indexers.errors import EncoderError
from indexers.search.rerank import CrossEncoderReranker, rerank
from indexers.types import Hit


class ShortestFirst:
    """A reranker that prefers short texts."""

    def score(self, question, texts):
        return [-float(len(text)) for text in texts]


def hit(path, text):
    return Hit(path, 1, 2, 1.0, "name", "function", "python", text)


def test_hits_are_reordered_by_the_reranker_and_none_is_lost():
    hits = [hit("a", "long text"), hit("b", "x"), hit("c", "some")]
    reranked = rerank(ShortestFirst(), "question", hits)
    assert [h.path for h in reranked] == ["b", "c", "a"]
    assert reranked[0].score == reranked[0].reasons["reranker"]
    assert rerank(ShortestFirst(), "question", []) == []


def test_equal_scores_keep_their_order():
    hits = [hit("a", "xx"), hit("b", "xx")]
    assert [h.path for h in rerank(ShortestFirst(), "question", hits)] == ["a", "b"]


def test_a_search_uses_the_reranker(shop):
    options = IndexOptions(load_reranker=ShortestFirst)
    with Index.build(shop, options=options) as index:
        results = index.search("hash a password", 3)
    lengths = [len(f"{h.path} {h.qualified_name}\n{h.text}") for h in results]
    assert lengths == sorted(lengths)


def test_an_unknown_reranker_is_an_error():
    with pytest.raises(EncoderError, match="Unknown reranker 'bm25'"):
        CrossEncoderReranker("bm25")


def test_a_missing_model_folder_is_reported_on_the_command_line(shop, run):
    (shop / ".codeassist.toml").write_text('[search]\nreranker = "cross-encoder:nowhere"\n')
    ignored = run("search", "password", cwd=shop)
    assert ignored.code == 0
    assert "loads the reranker 'cross-encoder:nowhere'; approve it with 'codeassist trust'" in ignored.err
    assert run("trust", cwd=shop).code == 0
    outcome = run("search", "password", cwd=shop)
    assert outcome.code in (2, 3)
    assert "nowhere" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.local
@pytest.mark.skipif(find_spec("sentence_transformers") is None, reason="needs the extra `local`")
def test_a_real_cross_encoder_scores_pairs(tmp_path, shop):
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"abcdefghijklmnopqrstuvwxyz",
        *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
    ]
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_text("\n".join(words))
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, num_labels=1
    )
    folder = tmp_path / "model"
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(vocab_file=str(vocabulary)).save_pretrained(folder)
    name = f"cross-encoder:{folder}"
    reranker = CrossEncoderReranker(name, device="cpu")
    texts = ["hash", "password store", "queue"]
    scores = reranker.score("password", texts)
    assert len(scores) == 3
    assert reranker.score("password", texts[::-1]) == pytest.approx(scores[::-1], abs=1e-4)
    with Index.build(shop, options=IndexOptions(load_reranker=lambda: reranker)) as index:
        results = index.search("hash a password", 5)
    assert [h.score for h in results] == sorted((h.score for h in results), reverse=True)
