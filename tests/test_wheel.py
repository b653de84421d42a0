"""The wheel holds the three packages and their data, and works from a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_packages_and_data_are_in_it(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")} == {
        "codeassist",
        "indexers",
        "prompts",
    }
    assert "indexers/encoders/model.npz" in names
    assert "indexers/translations.tsv" in names
    assert not any(name.startswith("training/") for name in names)
    queries = {name for name in names if name.endswith(".scm")}
    assert len(queries) == len(list((ROOT / "indexers" / "queries").glob("*.scm")))
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert zipfile.ZipFile(wheel).getinfo("indexers/encoders/model.npz").file_size < 12_000_000


def test_it_works_where_nothing_else_of_the_project_is(wheel, shop, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    environment = os.environ | {"PYTHONPATH": str(site)}
    where = subprocess.run(
        [sys.executable, "-P", "-c", "import codeassist, indexers; print(codeassist.__file__, indexers.__file__)"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=shop,
    )
    assert where.stdout.count(str(site)) == 2
    done = subprocess.run(
        [sys.executable, "-P", "-m", "codeassist", "ask", "where are passwords hashed"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=shop,
    )
    assert done.returncode == 0, done.stderr
    assert "hash_password" in done.stdout
