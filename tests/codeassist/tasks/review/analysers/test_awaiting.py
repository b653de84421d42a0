"""A coroutine that is not awaited: by its definition, by the class of the receiver, or by the `await` that was removed."""

from __future__ import annotations

import pytest

CLIENT = (
    "class Client:\n    async def send(self, x):\n        return x\n\n    async def go(self):\n        await self.send(1)\n"
)
USER = """from n import Client


async def main(client: Client):
    if await client.send(1):
        return 1
    own = Client()
    text = f"{await own.send(2)}"
    return text
"""
APP = """class App:
    async def first(self, receive):
        return (await receive())["type"]

    async def second(self, receive):
        message = await receive()
        return message["type"]
"""
COUNTED = "from n import send\n\n\nasync def go():\n    text = await send('a')\n    return len(text)\n"
FIELD = """from abc import ABC, abstractmethod


class Store(ABC):
    @abstractmethod
    async def clean(self): ...


class App:
    store: Store

    async def run(self):
        await self.store.clean()
"""


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (CLIENT, CLIENT.replace("await self", "self"), 6),
        (CLIENT.replace("        await", "        x = await") + "        return x.y\n", None, 6),
        (
            "from n import send\n\n\nasync def go():\n    await send(1)\n",
            "from n import send\n\n\nasync def go():\n    send(1)\n",
            5,
        ),
        (USER, USER.replace("if await client", "if client"), 5),
        (USER, USER.replace("{await own", "{own"), 8),
        (APP, APP.replace("message = await receive()", "message = receive()"), 6),
        (FIELD, FIELD.replace("await self", "self"), 13),
        (COUNTED, COUNTED.replace("await send", "send"), 5),
    ],
    ids=[
        "a method",
        "a value",
        "an imported function",
        "an annotated parameter",
        "a local instance",
        "a parameter",
        "an abstract method of an annotated field",
        "an argument of len",
    ],
)
def test_a_coroutine_that_is_not_awaited(findings, before, after, line):
    after = after or before.replace("await ", "")
    other = CLIENT + "\n\nasync def send(x):\n    return x\n"
    result = findings({"m.py": before, "n.py": other}, {"m.py": after})
    assert [(f.severity.value, f.start) for f in result.every if f.rule == "missing-await"] == [("error", line)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CLIENT, CLIENT.replace("await self.send(1)", "return self.send(1)")),
        (CLIENT, CLIENT.replace("await self.send(1)", "task = create_task(self.send(1))")),
        (CLIENT, CLIENT.replace("async def send", "def send").replace("await self", "self")),
        (APP, APP.replace("message = await receive()", "message = receive()").replace("message[", "(await message)[")),
        (APP, APP.replace("await receive()", "receive()").replace("(receive())", "receive()")),
        (
            FIELD.replace("@abstractmethod", "@started"),
            FIELD.replace("@abstractmethod", "@started").replace("await self", "self"),
        ),
        (
            APP.replace("receive()", "self.app()"),
            APP.replace("message = await receive()", "message = self.app()").replace("receive()", "self.app()")
            + "\n    def app(self):\n        return {}\n",
        ),
    ],
    ids=[
        "returned",
        "scheduled",
        "not a coroutine",
        "awaited later",
        "no await anywhere",
        "another decorator",
        "a plain function of that name",
    ],
)
def test_a_coroutine_that_is_used_as_one(findings, before, after):
    assert not [f for f in findings({"m.py": before}, {"m.py": after}).every if f.rule == "missing-await"]
