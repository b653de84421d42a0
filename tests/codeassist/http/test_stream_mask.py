"""A text in pieces: every secret is masked, everything else arrives as it is."""

import random

import pytest

from codeassist.http.stream_mask import StreamMask
from codeassist.privacy import mask

KEY = "sk-proj-" + "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7bC9dE1"
BODY = [
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBANe8sRwQf3Zt1uVb",
    "Kx9Qe2Lr7TnWc4Yh0Ds6Jp8Mf1Ga3Bz5Ex7Ck9Hl2Oq4Iv6Ru8Sw0Nt1Pj3Ay5",
]
TEXTS = [
    "The answer is in `shop.py`, line 3.\nIt says so twice.\n",
    f'The key is {KEY} and nothing else.\nIn code: API_KEY = "{KEY}"\n',
    "-----BEGIN PRIVATE KEY-----\n" + "\n".join(BODY) + "\n-----END PRIVATE KEY-----\nThat was it.",
    "没有空格的句子也会到达。" * 40,
]


def in_pieces(text: str, seed: int) -> str:
    stream, choice, sent = StreamMask(), random.Random(seed), []
    position = 0
    while position < len(text):
        size = choice.randint(1, 9)
        sent.append(stream.add(text[position : position + size]))
        position += size
    return "".join([*sent, stream.rest()])


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("seed", range(5))
def test_pieces_give_the_masked_text(text, seed):
    assert in_pieces(text, seed) == mask(text)[0]


def test_words_are_sent_before_the_line_ends():
    stream = StreamMask()
    assert stream.add("It is in the ") == "It is in the "
    assert stream.add("cache") == ""
    assert stream.add(" of the ") == "cache of the "


def test_a_secret_in_quotes_is_held_back_until_they_close():
    stream = StreamMask()
    assert stream.add('passphrase: "tall green ') == ""
    assert "green" not in stream.add('river 92 stone"\n') + stream.rest()
