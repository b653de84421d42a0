"""Translation of foreign words into English words used in code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.search.translation import MAX_TERM, table, translate


@pytest.mark.parametrize(
    ("text", "word", "english"),
    [
        ("认证是在哪里处理的？", "认证", "authentication"),
        ("缓存失效", "缓存失效", "cache"),
        ("ミドルウェアの読み込み", "ミドルウェア", "middleware"),
        ("인증을 처리하는 곳", "인증", "authentication"),
        ("Wo werden Weiterleitungen behandelt", "weiterleitungen", "redirect"),
        ("¿Dónde se valida la contraseña?", "contrasena", "password"),
        ("où sont gérées les erreurs", "erreurs", "error"),
        ("обработка ошибок", "ошибок", "error"),
    ],
)
def test_a_word_is_translated(text, word, english):
    assert english in translate(text)[word]


def test_question_words_have_no_translation():
    assert translate("在哪里") == {"在哪里": ()}
    assert translate("wo")["wo"] == ()


def test_the_table_is_well_formed():
    assert len(table()) > 15_000
    for term, english in table().items():
        assert term == term.strip().lower()
        assert " " not in term
        assert all(word.isascii() for word in english)


@given(st.text(alphabet="认证缓存ab 是在哪里ミド인증", max_size=30))
def test_translated_terms_occur_in_the_text(text):
    for term, english in translate(text).items():
        assert term in text
        assert len(term) <= max(MAX_TERM, len(text))
        assert isinstance(english, tuple)
