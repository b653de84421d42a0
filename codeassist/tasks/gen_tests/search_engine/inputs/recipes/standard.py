"""Objects of the standard library that code takes as parameters: records of logs, parsers, trees, connections, messages."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Sequence
from typing import Any

from .recipe import Recipe


def _recipe(
    library: str,
    instances: dict[str, tuple[str, ...]],
    parameters: dict[str, tuple[str, ...]] | None = None,
    *,
    module: str = "",
) -> Recipe:
    """A recipe for a module of the standard library; `module` is its dotted name, if that is not `library`."""
    return Recipe(library, instances, parameters or {}, {library: f"import {module or library}"})


RECORDS = (
    "logging.makeLogRecord({'name': 'app', 'levelname': 'INFO', 'levelno': 20, 'msg': 'text', 'message': 'text'})",
    "logging.makeLogRecord({'name': 'app', 'levelname': 'ERROR', 'levelno': 40, 'msg': 'failed: %s', 'args': ('x',)})",
    "logging.makeLogRecord({'name': 'app.part', 'levelname': 'DEBUG', 'levelno': 10, 'msg': '', 'lineno': 3})",
)
ELEMENTS = (
    "xml.etree.ElementTree.fromstring('<a b=\"1\"><c>text</c></a>')",
    "xml.etree.ElementTree.Element('a', {'b': '1'})",
)
TREES = ("ast.parse('x = 1')", "ast.parse('def f(a, b=1):\\n    return a')", "ast.parse('f(x)', mode='eval')")
MESSAGES = ("email.message_from_string('From: a@example.org\\nSubject: text\\n\\nbody\\n')", "email.message.EmailMessage()")

RECIPES: tuple[Recipe, ...] = (
    _recipe(
        "logging",
        {"LogRecord": RECORDS, "Logger": ("logging.getLogger('app')",), "Formatter": ("logging.Formatter('%(message)s')",)},
        {"record|log_record": RECORDS, "logger|log": ("logging.getLogger('app')",)},
    ),
    _recipe(
        "argparse",
        {
            "ArgumentParser": ("argparse.ArgumentParser(prog='prog')",),
            "Namespace": ("argparse.Namespace()",),
            "Action": ("argparse.ArgumentParser(prog='prog').add_argument('--name')",),
        },
        {"parser|argparser|arg_parser": ("argparse.ArgumentParser(prog='prog')",)},
    ),
    _recipe("ast", {"AST": TREES, "Module": TREES, "Call": ("ast.parse('f(1)').body[0].value",)}),
    _recipe("xml", {"Element": ELEMENTS}, module="xml.etree.ElementTree"),
    _recipe("email", {"Message": MESSAGES, "EmailMessage": MESSAGES[1:]}, module="email.message"),
    _recipe(
        "sqlite3",
        {"Connection": ("sqlite3.connect(':memory:')",), "Cursor": ("sqlite3.connect(':memory:').execute('SELECT 1')",)},
    ),
    _recipe("random", {"Random": ("random.Random(0)",)}, {"rng|random_state": ("random.Random(0)",)}),
    _recipe("zoneinfo", {"ZoneInfo": ("zoneinfo.ZoneInfo('UTC')",)}),
    _recipe(
        "configparser",
        {"ConfigParser": ("configparser.ConfigParser()",), "RawConfigParser": ("configparser.RawConfigParser()",)},
    ),
    _recipe("uuid", {"UUID": ("uuid.UUID(int=1)", "uuid.UUID('12345678-1234-5678-1234-567812345678')")}),
    _recipe("threading", {"Event": ("threading.Event()",), "Lock": ("threading.Lock()",)}),
    _recipe("queue", {"Queue": ("queue.Queue()",)}),
    _recipe("subprocess", {"CompletedProcess": ("subprocess.CompletedProcess(['a'], 0, 'out', '')",)}),
    _recipe(
        "ipaddress",
        {"IPv4Address": ("ipaddress.ip_address('10.0.0.1')",), "IPv4Network": ("ipaddress.ip_network('10.0.0.0/8')",)},
    ),
    _recipe(
        "inspect",
        {
            "Signature": ("inspect.signature(lambda a, b=1, *, c: a)",),
            "Parameter": ("inspect.Parameter('a', inspect.Parameter.POSITIONAL_OR_KEYWORD)",),
        },
    ),
    _recipe("unittest", {"TestCase": ("unittest.TestCase()",), "TestResult": ("unittest.TestResult()",)}),
)
"""One recipe a library; none of these objects reaches the network, other processes or files."""

HOMES = {"Element": "xml.etree.ElementTree", "Message": "email.message", "EmailMessage": "email.message"}
"""Where a class is defined, if not in the module of its recipe's name."""


def classes(tree: ast.AST, recipes: Sequence[Recipe] = RECIPES) -> dict[str, Any]:
    """The classes of the recipes whose library a module imports and that it mentions, by their names."""
    imported = {alias.name.partition(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    imported |= {(n.module or "").partition(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and not n.level}
    mentioned = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)} | {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name)
    }
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    found: dict[str, Any] = {}
    for recipe in recipes:
        for name in recipe.instances if recipe.library in imported else ():
            if name in mentioned or any(name in text for text in texts):
                cls = getattr(importlib.import_module(HOMES.get(name, recipe.library)), name, None)
                found |= {name: cls} if cls is not None else {}
    return found
