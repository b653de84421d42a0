"""The confidence separates questions about the repository from others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.config import AskConfig
from codeassist.evidence.confidence import ALL_DEFINED, UNKNOWN_NAME, confidence, missing_numbered, not_borne_out
from indexers import Index
from tests.conftest import write

THRESHOLD = AskConfig().threshold


def of(index, question):
    return confidence(index, question, index.passages(question, 0))


@pytest.mark.parametrize("question", ["how is a password hashed with its salt", "charge an account", "goods in the inventory"])
def test_questions_about_the_repository_are_above_the_threshold(shop_index, question):
    assert of(shop_index, question) >= THRESHOLD


@pytest.mark.parametrize("question", ["how are satellites launched into orbit", "kubernetes cluster autoscaling policy"])
def test_questions_about_other_things_are_below_it(shop_index, question):
    assert of(shop_index, question) < THRESHOLD


def test_without_hits_or_words_it_is_0(shop_index):
    assert confidence(shop_index, "password", shop_index.passages("password", paths=["nowhere/"])) == 0.0
    assert of(shop_index, "?!") == 0.0


def test_a_question_whose_names_are_all_defined_is_answered(shop_index):
    assert of(shop_index, "who calls authenticate") >= ALL_DEFINED
    assert of(shop_index, "who calls hash_password and authenticate") >= ALL_DEFINED


def test_an_unknown_name_alone_is_not_answered_by_similar_ones(shop_index):
    assert of(shop_index, "hash_passwords_twice") <= UNKNOWN_NAME


def test_a_name_in_a_language_without_a_grammar_is_answered(tmp_path):
    (tmp_path / "plug.vim").write_text("function! plug#begin(...)\n  let g:plug_timeout = 60\nendfunction\n", encoding="utf-8")
    (tmp_path / "other.py").write_text("def other():\n    return 1\n", encoding="utf-8")
    with Index.build(tmp_path) as index:
        assert of(index, "g:plug_timeout") >= ALL_DEFINED
        assert of(index, "where is plug#begin") >= ALL_DEFINED
        assert of(index, "plug_missing") <= UNKNOWN_NAME


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("does it support http2", []),
        ("does it support http3", ["http3"]),
        ("can it log in with oauth2", ["oauth2"]),
        ("does it support HTTP/3?", ["HTTP/3"]),
        ("does it support HTTP/2?", []),
        ("does retry3 wait", []),
        ("does it support http", []),
    ],
)
def test_a_name_with_a_number_is_borne_out_as_a_whole(tmp_path, question, missing):
    text = "def serve(http):\n    # HTTP/2; 3 tries, 2 of them with oauth\n    return retry3(http)\n"
    (tmp_path / "server.py").write_text(text, encoding="utf-8")
    with Index.build(tmp_path) as index:
        ranked = index.passages(question, 10)
        assert missing_numbered(index, question, ranked) == missing
        assert not missing or confidence(index, question, ranked) <= UNKNOWN_NAME


def test_a_word_that_only_a_path_has_is_borne_out(tmp_path):
    body = "def {0}(sockets, text):\n    for socket in sockets:\n        socket.send(text)\n"
    files = {f"{name}/hub.py": body.format("broadcast") for name in ("parlour", "tannery")}
    with Index.build(write(tmp_path, files)) as index:
        ranked = index.passages("how does the parlour hub broadcast a text", 10)
        assert "parlour" not in not_borne_out(ranked)


def test_words_of_another_language_are_not_missing(shop_index):
    missing = not_borne_out(shop_index.passages("wo wird das Passwort der Pinguine gehasht"))
    assert not {"wo", "wird", "das", "der"} & set(missing)


def test_the_words_that_nothing_bears_out_are_named(shop_index):
    assert "penguins" in not_borne_out(shop_index.passages("where are passwords of penguins hashed"))
    assert not_borne_out(shop_index.passages("where are passwords hashed")) == []


@pytest.mark.parametrize(
    "question",
    [
        "is another password hashed instead of the first one afterwards",
        "somebody gave me nothing but a wrong password, why on earth is that still possible",
        "which interesting things went on behind the scenes when passwords were rather simply hashed",
    ],
)
def test_words_of_everyday_english_are_not_named_as_missing(shop_index, question):
    assert not {
        "another",
        "instead",
        "first",
        "afterwards",
        "gave",
        "somebody",
        "earth",
        "still",
        "things",
        "went",
    }.intersection(not_borne_out(shop_index.passages(question)))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_it_is_a_probability(shop_index, question):
    ranked = shop_index.passages("password inventory", 0)
    assert 0.0 <= confidence(shop_index, question, ranked) <= 1.0
