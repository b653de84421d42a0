"""`codeassist prompts eject`: a copy of a shipped prompt to edit."""

from __future__ import annotations


def test_a_prompt_and_its_cases_are_copied(indexed, run):
    ejected = run("prompts", "eject", "judge", cwd=indexed)
    assert ejected.out.split() == ["prompts/judge.prompty", "prompts/judge.cases.yaml"]
    assert (indexed / "prompts/judge.prompty").read_text().strip() == run("prompts", "show", "judge", cwd=indexed).out.strip()


def test_an_edited_copy_is_replaced_only_with_force(indexed, run):
    run("prompts", "eject", "judge", cwd=indexed)
    path = indexed / "prompts" / "judge.prompty"
    shipped = path.read_text()
    path.write_text("mine")
    refused = run("prompts", "eject", "judge", cwd=indexed)
    assert (refused.code, refused.out) == (2, "")
    assert "--force" in refused.err
    assert path.read_text() == "mine"
    assert run("prompts", "eject", "judge", "--force", cwd=indexed).code == 0
    assert path.read_text() == shipped


def test_an_unknown_prompt_creates_no_folder(indexed, run):
    assert run("prompts", "eject", "nothing_like_this", cwd=indexed).code == 2
    assert not (indexed / "prompts").exists()


def test_a_link_to_nothing_is_not_written_through(indexed, run, tmp_path):
    (indexed / "prompts").mkdir()
    (indexed / "prompts" / "judge.prompty").symlink_to(tmp_path / "elsewhere")
    refused = run("prompts", "eject", "judge", cwd=indexed)
    assert refused.code == 2
    assert "is a link" in refused.err
    assert not (tmp_path / "elsewhere").exists()
