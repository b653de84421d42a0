"""Shared fixtures: a small shop in several languages, its index, and the command line in this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from indexers import Index

hypothesis.settings.register_profile("codeassist", deadline=None)  # no example fails because the machine is busy
hypothesis.settings.load_profile("codeassist")

if (
    signal.getsignal(signal.SIGINT) == signal.SIG_IGN
):  # a background job ignores Ctrl-C, and so would the processes of the tests
    signal.signal(signal.SIGINT, signal.default_int_handler)

_STATE = tempfile.TemporaryDirectory(prefix="codeassist-state-")
os.environ["XDG_STATE_HOME"] = _STATE.name
"""The key that marks the user's own indexes is the same in all tests of a process, and not the person's."""

SHOP = {
    "README.md": "# Shop\n\nA small shop.\n\n## Payments\n\nPayments go through the gateway; see `charge`.\n",
    "shop/__init__.py": "",
    "shop/auth.py": '''"""Who may do what."""

import hashlib


class AuthError(Exception):
    """Raised when credentials are wrong."""


def hash_password(password: str, salt: str) -> str:
    """Hash a password with its salt."""
    return hashlib.sha256((salt + password).encode()).hexdigest()


def authenticate(users: dict, name: str, password: str) -> bool:
    """Check a user's credentials. Raises AuthError for an unknown user."""
    if name not in users:
        raise AuthError(name)
    salt, digest = users[name]
    return hash_password(password, salt) == digest
''',
    "shop/payments.py": '''"""Money matters."""

from shop.auth import authenticate

RETRIES = 3


class Gateway:
    """Talks to the payment provider."""

    def charge(self, account: str, cents: int) -> str:
        """Charge an account and return the receipt number."""
        for _ in range(RETRIES):
            receipt = self.send(account, cents)
            if receipt:
                return receipt
        raise TimeoutError(account)

    def send(self, account: str, cents: int) -> str:
        return f"{account}-{cents}"


def checkout(users, name, password, cents):
    """Authenticate a user, then charge the basket."""
    if authenticate(users, name, password):
        return Gateway().charge(name, cents)
    return None
''',
    "shop/web/routes.js": """import { render } from './templates';

/** Registers the routes of the shop. */
export function registerRoutes(app) {
  app.get('/basket', (request) => render('basket', request.user));
}
""",
    "shop/web/templates.js": """// Renders a page from a template.
export function render(name, user) {
  return `<h1>${name} of ${user}</h1>`;
}
""",
    "stock/inventory.go": """package stock

// Inventory counts goods.
type Inventory struct {
	counts map[string]int
}

// Reserve takes goods out of the inventory.
func (i *Inventory) Reserve(sku string, n int) bool {
	if i.counts[sku] < n {
		return false
	}
	i.counts[sku] -= n
	return true
}
""",
    "tests/test_payments.py": '''from shop.payments import checkout


def test_checkout_charges_the_basket():
    """The basket is charged after the user is authenticated."""
    assert checkout({"ada": ("s", "x")}, "ada", "pw", 100) is None
''',
}


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below `root`."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


@contextmanager
def started(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A running Python process, killed at the end of the block, so that a failing test leaves none behind."""
    with subprocess.Popen([sys.executable, *arguments], text=True, **options) as child:
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()


_HOLD = """
import sys
from pathlib import Path
from indexers.stores.locking import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def lock_holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the writer lock of an index folder until the end of the block."""
    with started("-c", _HOLD, str(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
        holder.communicate()


def git(root: Path, *arguments: str) -> str:
    """Run git in `root` with a fixed identity."""
    command = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run([*command, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    """No test reads or writes the person's own configuration and cache."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("CODEASSIST_DEBUG", "NO_COLOR", "FORCE_COLOR", "GIT_DIR", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shop(tmp_path) -> Path:
    """A fresh copy of the shop."""
    return write(tmp_path / "shop", SHOP)


@pytest.fixture(scope="session")
def shop_index(tmp_path_factory):
    """An open index of the shop, to be read only."""
    root = write(tmp_path_factory.mktemp("shared") / "shop", SHOP)
    with Index.build(root) as index:
        yield index


@dataclass
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys, monkeypatch) -> Callable[..., Outcome]:
    """Run the command line in this process: `run("search", "x", cwd=folder)`."""

    def command(*arguments: str, cwd: Path | None = None) -> Outcome:
        from codeassist.cli.app import main

        if cwd is not None:
            monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["codeassist", *arguments])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return command


@pytest.fixture
def indexed(shop, run) -> Path:
    """The shop, indexed by the command line."""
    assert run("index", "-q", str(shop)).code == 0
    return shop
