"""A repository whose configuration of git names a program at every place that git knows."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import git, write

_HOOKS = (
    "pre-commit post-commit prepare-commit-msg commit-msg post-checkout post-index-change reference-transaction pre-auto-gc"
)


def planted(folder: Path) -> tuple[Path, Path]:
    """A repository whose configuration names a program at every place that git knows, and the folder of their marks.

    Each program that runs leaves a file there. An object of `HEAD~1:lost.txt` is missing, as in a partial clone.
    """
    markers, plant = folder / "markers", folder / "plant"
    markers.mkdir()
    plant.write_text(f'#!/bin/sh\ntouch "{markers}/$1"\n')
    plant.chmod(0o755)
    write(folder, {"plant-gpg": f"#!/bin/sh\n{plant} gpg\n"})  # a path without arguments
    (folder / "plant-gpg").chmod(0o755)
    attributes = "*.py filter=planted diff=planted merge=planted\n*.md filter=daemon\n*.ini filter=included\n"
    root = write(
        folder / "planted",
        {
            "filtered.py": "x = 1\n",
            "daemon.md": "x\n",
            "included.ini": "x\n",
            "converted.txt": "x\n",
            "lost.txt": "x is lost\n",
        },
    )
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "First")
    lost = git(root, "rev-parse", "HEAD:lost.txt").strip()
    write(root, {"lost.txt": "x\n", ".gitattributes": f"{attributes}*.txt diff=planted\n"})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Fix the loss because of a bug\n\nA reason.")
    signed = git(root, "cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n", 1
    )
    write(folder, {"commit": signed})
    git(root, "update-ref", "HEAD", git(root, "hash-object", "-t", "commit", "-w", str(folder / "commit")).strip())
    (root / ".git/objects" / lost[:2] / lost[2:]).unlink()
    _plant_bare(root / "vendor/bare", plant)
    submodule = write(root / "inner", {"filtered.py": "x = 1\n"})
    git(submodule, "init", "-q")
    git(submodule, "add", "-A")
    git(submodule, "commit", "-qm", "Inner")
    git(root, "-c", "advice.addEmbeddedRepo=false", "add", "inner")
    write(root, {"staged.py": "y = 1\n"})
    git(root, "add", "staged.py")
    for place in (root / ".git/hooks", root / "hooks"):
        for hook in _HOOKS.split():
            write(place, {hook: f"#!/bin/sh\n{plant} hook </dev/null\n"})
            (place / hook).chmod(0o755)
    with (submodule / ".git/config").open("a") as file:
        file.write(f"[core]\n\tfsmonitor = {plant} submodule\n")
    write(root, {".git/included": f'[filter "included"]\n\tclean = {plant} included\n'})
    with (root / ".git/config").open("a") as file:
        file.write(_planted_configuration(str(plant), root))
    for name in ("filtered.py", "daemon.md", "included.ini", "converted.txt", "staged.py"):
        write(root, {name: (root / name).read_text() + "z = 2\n"})
    write(submodule, {"filtered.py": "x = 3\n"})
    assert not list(markers.iterdir())
    return root, markers


def _plant_bare(folder: Path, plant: Path) -> None:
    index = (folder.parents[1] / ".git/index").read_bytes()
    write(folder, {"HEAD": "ref: refs/heads/main\n", "objects/x": "", "refs/x": "", "index": index})
    write(
        folder,
        {
            "config": f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = {folder.parents[1]}\n\tfsmonitor = {plant} bare\n"
        },
    )


def _planted_configuration(plant: str, root: Path) -> str:
    """Every setting of git that names a program, with a plant in it."""
    return f"""
[user]
	name = Ada
	email = ada@example.org
[core]
	repositoryformatversion = 1
	fsmonitor = {plant} fsmonitor
	hooksPath = {root / "hooks"}
	pager = {plant} pager
	editor = {plant} editor
	askPass = {plant} askpass
	sshCommand = {plant} ssh
	gitProxy = {plant} proxy
	alternateRefsCommand = {plant} alternate
[extensions]
	partialClone = origin
[remote "origin"]
	url = "ext::{plant} fetch"
	promisor = true
	uploadpack = {plant} uploadpack
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[diff]
	external = {plant} external
[diff "planted"]
	command = {plant} driver
	textconv = {plant} textconv
[filter "planted"]
	clean = {plant} clean
	smudge = {plant} smudge
	required = true
[filter "daemon"]
	process = {plant} process
[merge "planted"]
	driver = {plant} merge
[include]
	path = included
[log]
	showSignature = true
[gpg]
	program = {plant}-gpg
[gpg "ssh"]
	program = {plant}-gpg
[credential]
	helper = "!{plant} credential"
[sequence]
	editor = {plant} editor
[interactive]
	diffFilter = {plant} interactive
[uploadpack]
	packObjectsHook = {plant} pack
[pager]
	log = {plant} pager
	diff = {plant} pager
[trailer "x"]
	command = {plant} trailer
[submodule]
	recurse = true
[alias]
	log = "!{plant} alias"
	diff = "!{plant} alias"
	ls-files = "!{plant} alias"
"""
