"""The wheel contains the two packages with their data, and works outside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import write

ROOT = Path(__file__).parents[1]
Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Program:
    """Run Python with the unpacked wheel on its path: `installed("-P", "-m", "codeassist", ..., cwd=folder)`."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)

    def program(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(site)}
        return subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, cwd=cwd
        )

    return program


def test_packages_and_data_are_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    folders = {name.split("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"codeassist", "indexers"}
    assert "indexers/encoders/model.npz" in names
    assert "indexers/search/translations.tsv" in names
    shipped = {name.rpartition("/")[2] for name in names if name.startswith("codeassist/prompts/shipped/")}
    assert {path.name for path in (ROOT / "prompts").rglob("*.prompty")} <= shipped
    assert "prompts.lock" in shipped
    queries = {name for name in names if name.endswith(".scm")}
    assert len(queries) == len(list((ROOT / "indexers" / "syntax" / "queries").glob("*.scm"))) > 20
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert zipfile.ZipFile(wheel).getinfo("indexers/encoders/model.npz").file_size < 12_000_000


def test_it_works_where_nothing_else_of_the_project_is(installed: Program, shop: Path, tmp_path: Path) -> None:
    where = installed("-P", "-c", "import codeassist, indexers; print(codeassist.__file__, indexers.__file__)", cwd=shop)
    assert where.stdout.count(str(tmp_path / "site")) == 2
    write(shop, {".codeassist.toml": ""})
    done = installed("-P", "-m", "codeassist", "ask", "where are passwords hashed", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert "hash_password" in done.stdout


def test_a_project_may_have_its_own_prompts_and_indexers(installed: Program, shop: Path) -> None:
    write(
        shop,
        {
            "prompts/__init__.py": "",
            "prompts/mine.py": "X = 1\n",
            "indexers/__init__.py": "raise RuntimeError('not this one')\n",
        },
    )
    listed = installed("-P", "-m", "codeassist", "prompts", "list", cwd=shop)
    assert listed.returncode == 0, listed.stderr
    assert "ask" in listed.stdout
    write(shop, {".codeassist.toml": ""})
    asked = installed("-P", "-m", "codeassist", "ask", "where are passwords hashed", cwd=shop)
    assert asked.returncode == 0, asked.stderr


def test_a_package_that_hides_ours_is_named(installed: Program, shop: Path) -> None:
    write(shop, {"indexers/__init__.py": "raise RuntimeError('not this one')\n"})
    hidden = installed("-m", "codeassist", "search", "passwords", cwd=shop)  # without -P the current folder comes first
    assert hidden.returncode == 2
    assert hidden.stderr.count("\n") == 1
    assert str(shop / "indexers" / "__init__.py") in hidden.stderr
    assert "'python -P -m codeassist'" in hidden.stderr
