"""Messages and replies."""

from __future__ import annotations

import pytest

from codeassist.models.messages import Message, Reply


def test_the_json_form_of_a_message_is_that_of_providers():
    assert Message("user", "hi").as_json() == {"role": "user", "content": "hi"}


@pytest.mark.parametrize(("tokens", "seconds", "rate"), [(30, 2.0, 15.0), (30, 0.0, 0.0), (0, 2.0, 0.0)])
def test_the_rate_of_a_reply(tokens, seconds, rate):
    assert Reply("x", 5, tokens, seconds).tokens_per_second == rate
