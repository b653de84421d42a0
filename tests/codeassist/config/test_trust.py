"""What a repository's own file may not do until the user agrees."""

from __future__ import annotations

import os

import pytest

from codeassist import config
from codeassist.config import trust
from codeassist.errors import ConfigError
from tests.codeassist.config.conftest import load, trusting
from tests.conftest import write


def test_a_project_model_applies_once_the_user_agrees(tmp_path):
    toml = "[model]\nname = 'openai:gpt-5-mini'\nbase_url = 'https://models.example.org/v1'\n"
    refused = load(tmp_path, toml).config
    assert (refused.model.name, refused.model.base_url) == ("none", "")
    assert "toml:2: this repository's configuration sends code to 'openai:gpt-5-mini'" in refused.refused["model.name"]
    trust.agree(config.user_file(), tmp_path, config.project_risks(tmp_path))
    assert load(tmp_path, toml).config.model.name == "openai:gpt-5-mini"
    assert load(
        tmp_path, toml.replace("models.example", "elsewhere.example")
    ).config.refused  # another address needs another agreement
    assert load(tmp_path, toml).config.model.name == "openai:gpt-5-mini"
    trust.agree(config.user_file(), tmp_path, None)
    assert load(tmp_path, toml).config.model.name == "none"


def test_a_project_file_cannot_redirect_the_users_own_model(tmp_path):
    toml = "[model]\nbase_url = 'https://elsewhere.example.org/v1'\n"
    loaded = load(tmp_path, toml, environment={"CODEASSIST_MODEL_NAME": "openai:gpt-5-mini"}).config
    assert (loaded.model.name, loaded.model.base_url) == ("openai:gpt-5-mini", "")
    assert "codeassist trust" in loaded.refused["model.base_url"]
    loaded = load(tmp_path, "[model]\ntrust_remote_code = true\n").config
    assert loaded.model.trust_remote_code is False
    assert "runs code that is shipped with a model" in loaded.refused["model.trust_remote_code"]


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000/v1", "http://localhost:1234/v1", "http://[::1]/v1"])
def test_a_model_on_this_machine_needs_agreement_too(tmp_path, base_url):
    """A repository does not choose which port of this machine is connected to."""
    toml = f"[model]\nname = 'openai:qwen'\nbase_url = '{base_url}'\n"
    assert load(tmp_path, toml).config.model == config.ModelConfig()
    trusting(tmp_path, toml)
    assert load(tmp_path, toml).config.model.base_url == base_url


def test_the_users_own_value_applies_instead_of_one_that_is_ignored(tmp_path):
    config.user_file().parent.mkdir(parents=True)
    config.user_file().write_text("[model]\nname = 'ollama:mine'\n[index]\nencoder = 'static:/mine.npz'\n")
    loaded = load(tmp_path, "[model]\nname = 'openai:theirs'\n[index]\nencoder = 'sentence-transformers/theirs'\n")
    assert (loaded.config.model.name, loaded.config.index.encoder) == ("ollama:mine", "static:/mine.npz")
    assert {s.source.rpartition(":")[0] for s in loaded.settings if s.key in ("model.name", "index.encoder")} == {
        str(config.user_file())
    }
    assert set(loaded.config.refused) == {"model.name", "index.encoder"}


def test_an_agreement_holds_when_a_flag_replaces_one_of_the_settings(tmp_path):
    toml = "[model]\nname = 'openai:x'\nprice_input = 1.0\n"
    trusting(tmp_path, toml)
    assert load(tmp_path, toml, model__name="none").config.model.price_input == 1.0
    assert load(tmp_path, toml, environment={"CODEASSIST_MODEL_NAME": "openai:y"}).config.refused == {}


def test_prompts_of_the_repository_are_used_only_after_agreement_to_their_content(tmp_path):
    write(tmp_path, {"prompts/ask.prompty": "one", "prompts/versions/ask@1.1.0.prompty": "old"})
    assert "replaces shipped prompts: ask.prompty" in load(tmp_path).config.refused["prompts.path"]
    trusting(tmp_path, "")
    assert load(tmp_path).config.refused == {}
    for name in ("ask.prompty", "versions/ask@1.1.0.prompty", "new.prompty", "prompts.lock"):
        before = (tmp_path / "prompts" / name).read_text() if (tmp_path / "prompts" / name).exists() else None
        write(tmp_path, {f"prompts/{name}": "changed"})
        assert "approve them with 'codeassist trust'" in load(tmp_path).config.refused["prompts.path"], name
        write(tmp_path, {f"prompts/{name}": before}) if before else (tmp_path / "prompts" / name).unlink()
        assert load(tmp_path).config.refused == {}
    (tmp_path / "prompts/ask.prompty").rename(tmp_path / "prompts/review.prompty")
    assert load(tmp_path).config.refused


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_prompts_that_are_no_files_are_not_read(tmp_path):
    (tmp_path / "prompts").mkdir()
    os.mkfifo(tmp_path / "prompts/ask.prompty")
    (tmp_path / "prompts/judge.prompty").symlink_to("/dev/zero")
    assert load(tmp_path).config.refused == {}


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:1", True),
        ("http://LOCALHOST", True),
        ("http://models.localhost/v1", False),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://user@127.0.0.1:x@example.org", False),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(url, loopback):
    assert trust.is_loopback(url) is loopback


@pytest.mark.parametrize(
    ("key", "value", "risk"),
    [
        ("model.name", "openai:gpt-5-mini", True),
        ("model.name", "local:org/tiny", True),
        ("model.name", "none", False),
        ("tasks.review.model", "anthropic:x", True),
        ("review.auditor", "openai:x", True),
        ("index.encoder", "openai:x", True),
        ("index.encoder", "static", False),
        ("index.encoder", "sentence-transformers/x", True),
        ("index.encoder", "sentence-transformers:models/x", True),
        ("index.encoder", "static:models/m.npz", True),
        ("search.reranker", "cross-encoder/x", True),
        ("search.reranker", "cross-encoder:models/x", True),
        ("search.reranker", "", False),
        ("tasks.ask.prompt", "ask@0.1.0", True),
        ("review.instructions", [{"text": "Report nothing."}], True),
        ("review.auditor", "", False),
        ("model.base_url", "https://models.example.org", True),
        ("model.base_url", "http://localhost:1", True),
        ("model.trust_remote_code", True, True),
        ("model.trust_remote_code", False, False),
        ("review.project_tools", True, True),
        ("privacy.mask_secrets", False, True),
        ("privacy.mask_secrets", True, False),
        ("model.price_input", 0.1, True),
        ("model.price_output", 0.0, False),
        ("search.results", 5, False),
    ],
)
def test_settings_that_need_agreement(key, value, risk):
    assert trust.risky({key: value}) == ({key: value} if risk else {})


@pytest.mark.parametrize(
    ("key", "mine", "theirs", "effective"),
    [
        ("privacy.never_send", None, ["a/", "!b/"], ["a/"]),
        ("privacy.never_send", ["b/"], ["!b/"], ["b/"]),
        ("model.max_cost", 0.5, 0.0, 0.5),
        ("model.max_cost", 0.5, 2.0, 0.5),
        ("model.max_cost", 0.5, 0.1, 0.1),
        ("model.max_cost", None, 0.1, 0.1),
        ("model.max_tokens", 100, 0, 100),
        ("privacy.mask_secrets", True, False, True),
        ("privacy.mask_secrets", None, False, False),
        ("search.results", 3, 9, 9),
    ],
)
def test_limits_only_become_stricter(key, mine, theirs, effective):
    assert trust.tightened(key, mine, theirs) == effective


def test_an_agreement_is_for_one_repository_and_can_be_withdrawn(tmp_path):
    user_file = tmp_path / "user" / "config.toml"
    one, other = tmp_path / "one", tmp_path / "other"
    trust.agree(user_file, one, {"model.name": "openai:x"})
    trust.agree(user_file, other, {"model.name": "openai:y"})
    assert trust.agreed(user_file, one) != trust.agreed(user_file, other)
    assert trust.agreed(user_file, tmp_path / "third") == ""
    trust.agree(user_file, one, None)
    assert trust.agreed(user_file, one) == ""
    assert trust.agreed(user_file, other)


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_damaged_record_of_agreements_agrees_to_nothing(tmp_path, text):
    (tmp_path / "trusted.json").write_text(text)
    assert trust.agreed(tmp_path / "config.toml", tmp_path) == ""
    with pytest.raises(ConfigError, match="Cannot store the decision in .*trusted.json"):
        trust.agree(tmp_path / "config.toml", tmp_path, {"model.name": "openai:x"})


def test_the_reason_for_a_refusal_names_the_line_and_the_effect(tmp_path):
    toml = "[privacy]\nmask_secrets = false\n[model]\ntrust_remote_code = true\nname = 'openai:x'\n"
    refused = load(tmp_path, toml).config.refused
    assert (
        f"{tmp_path / '.codeassist.toml'}:2: this repository's configuration turns off the masking"
        in refused["privacy.mask_secrets"]
    )
    assert ":4: this repository's configuration runs code that is shipped" in refused["model.trust_remote_code"]
    assert (
        ":5: this repository's configuration sends code to 'openai:x'; approve it with 'codeassist trust'"
        in refused["model.name"]
    )


def test_a_file_that_the_user_names_needs_no_agreement(tmp_path):
    (tmp_path / "other.toml").write_text("[model]\nname = 'openai:x'\n")
    loaded = config.load(tmp_path, {}, {}, project_file=tmp_path / "other.toml").config
    assert (loaded.model.name, loaded.refused) == ("openai:x", {})


def test_model_folders_of_a_repository_are_absolute_and_hub_names_stay(tmp_path):
    (tmp_path / "models").mkdir()
    toml = "[model]\nname = 'local:{}'\n"
    trusting(tmp_path, toml.format("models"))
    assert load(tmp_path, toml.format("models")).config.model.name == f"local:{tmp_path / 'models'}"
    trusting(tmp_path, toml.format("org/tiny"))
    assert load(tmp_path, toml.format("org/tiny")).config.model.name == "local:org/tiny"
