"""Layers, origins and errors of the configuration."""

from __future__ import annotations

import tomllib

import pytest

from codeassist import config
from codeassist.errors import ConfigError
from tests.codeassist.config.conftest import load, trusting


def source(loaded, key):
    return next(setting.source for setting in loaded.settings if setting.key == key)


def test_flag_over_environment_over_project_over_user_over_default(tmp_path):
    user = config.user_file()
    user.parent.mkdir(parents=True, exist_ok=True)
    user.write_text("[search]\nresults = 3\ncontext = 4\n")
    toml = "[search]\nresults = 5\n"
    environment = {"CODEASSIST_SEARCH_RESULTS": "7"}
    assert load(tmp_path).config.search.results == 3
    assert load(tmp_path, toml).config.search.results == 5
    assert load(tmp_path, toml).config.search.context == 4
    assert load(tmp_path, toml, environment).config.search.results == 7
    assert load(tmp_path, toml, environment, search__results=9).config.search.results == 9
    assert load(tmp_path, toml, environment, search__results=None).config.search.results == 7


def test_every_value_has_its_origin(tmp_path):
    loaded = load(tmp_path, "\n[search]\nresults = 5\n", {"CODEASSIST_ASK_PLACES": "2"}, index__jobs=3)
    assert source(loaded, "search.results").endswith(".codeassist.toml:3")
    assert source(loaded, "ask.places") == "CODEASSIST_ASK_PLACES"
    assert source(loaded, "index.jobs") == "flag"
    assert source(loaded, "index.encoder") == "default"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[search]\n\nresuls = 5\n", r"\.codeassist\.toml:3: unknown key 'resuls' in \[search\]; did you mean 'results'\?"),
        ("[serach]\nresults = 5\n", r"\.codeassist\.toml:1: unknown section 'serach'; did you mean 'search'\?"),
        ("[qqqq]\n", r"unknown section 'qqqq'; expected one of index, search, ask"),
        (
            "[index]\nmax_file_size = 'big'\n",
            r"\.codeassist\.toml:2: bad value for 'max_file_size' in \[index\]: expected int, got str",
        ),
        (
            "[index]\ndevice = 'tpu'\n",
            r"\.codeassist\.toml:2: bad value for 'device' in \[index\]: it must be one of auto, cpu, cuda, mps",
        ),
        ("[index]\njobs = -1\n", r"\.codeassist\.toml:2: 'jobs' cannot be negative"),
        ("[index\n", r"\.codeassist\.toml:1: not valid TOML"),
        ("index = 3\n", r"\.codeassist\.toml:1: 'index' is a section; write \[index\]"),
        ("search.context = 'x'\n", r"\.codeassist\.toml:1: bad value for 'context'"),
    ],
)
def test_errors_name_the_line_and_the_nearest_key(tmp_path, toml, message):
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, toml)


def test_bad_environment_variables_are_named(tmp_path):
    with pytest.raises(ConfigError, match="CODEASSIST_SEARCH_RESULTS=many: expected int"):
        load(tmp_path, environment={"CODEASSIST_SEARCH_RESULTS": "many"})


def test_lists_in_the_environment_are_separated_by_commas(tmp_path):
    loaded = load(tmp_path, environment={"CODEASSIST_INDEX_EXCLUDE": "a/, *.sql", "CODEASSIST_INDEX_HISTORY": "true"})
    assert loaded.config.index.exclude == ["a/", "*.sql"]
    assert loaded.config.index.history is True


def test_the_template_contains_every_key_with_its_default(tmp_path):
    template = config.template()
    assert tomllib.loads(template) == {section: {} for section in ("index", "search", "ask", "model", "prompts", "privacy")} | {
        "tasks": {"ask": {}, "complete": {}, "gen-tests": {}, "review": {}},
        "review": {},
        "workspace": {},
        "sandbox": {},
    }
    active = "\n".join(
        line.removeprefix("# ") if " = " in line and line.startswith("# ") else line for line in template.splitlines()
    )
    loaded = load(tmp_path, active)
    assert loaded.config == config.Config()
    assert {s.key for s in loaded.settings} == set(config.DESCRIPTIONS)
    assert {s.key for s in loaded.settings if ".codeassist.toml:" not in s.source} == {"model.temperature"}
    assert config.Config().model.temperature is None


def test_an_unreadable_file_is_an_error(tmp_path):
    (tmp_path / ".codeassist.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="Cannot read"):
        config.load(tmp_path, {}, {})


def test_a_repository_file_cannot_send_code_or_write_outside(tmp_path):
    loaded = load(tmp_path, "[index]\nencoder = 'openai:text-embedding-3-small'\n").config
    assert loaded.index.encoder == "static"
    assert (
        "sends code to 'openai:text-embedding-3-small'; approve it with 'codeassist trust'" in loaded.refused["index.encoder"]
    )
    assert load(tmp_path, environment={"CODEASSIST_INDEX_ENCODER": "openai:x"}).config.index.encoder == "openai:x"
    with pytest.raises(ConfigError, match="inside the repository"):
        load(tmp_path, "[index]\nindex_dir = '../elsewhere'\n")
    assert load(tmp_path, "[index]\nindex_dir = 'build/idx'\n").config.index.index_dir == "build/idx"


def test_paths_in_a_repository_file_are_relative_to_its_root(tmp_path):
    toml = "[index]\nencoder = 'static:models/m.npz'\n"
    trusting(tmp_path, toml)
    assert load(tmp_path, toml).config.index.encoder == f"static:{tmp_path / 'models/m.npz'}"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[ask]\nplaces = 0\n", "'places' must be at least 1"),
        ("[ask]\nthreshold = 7.5\n", "between 0 and 1"),
        ("[ask]\nthreshold = nan\n", "between 0 and 1"),
        ("[index]\nbatch_size = 0\n", "at least 1"),
    ],
)
def test_numbers_out_of_range_in_a_file(tmp_path, toml, message):
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, toml)


def test_numbers_out_of_range_in_the_environment_and_unknown_variables(tmp_path):
    with pytest.raises(ConfigError, match="CODEASSIST_INDEX_JOBS: 'jobs' cannot be negative"):
        load(tmp_path, environment={"CODEASSIST_INDEX_JOBS": "-2"})
    with pytest.raises(ConfigError, match="did you mean 'CODEASSIST_SEARCH_RESULTS'"):
        load(tmp_path, environment={"CODEASSIST_SEARCH_RESULT": "2"})
    with pytest.raises(ConfigError, match="flag: 'places' must be"):
        load(tmp_path, ask__places=0)


def test_a_byte_order_mark_is_accepted(tmp_path):
    (tmp_path / ".codeassist.toml").write_bytes(b"\xef\xbb\xbf[search]\nresults = 4\n")
    assert config.load(tmp_path, {}, {}).config.search.results == 4


def test_a_task_can_have_its_own_model(tmp_path):
    toml = "[model]\nname = 'local:small'\n[tasks.gen-tests]\nmodel = 'local:large'\n"
    trusting(tmp_path, toml)
    loaded = load(tmp_path, toml)
    assert config.task_model(loaded.config, "gen-tests").name == "local:large"
    assert config.task_model(loaded.config, "review").name == "local:small"
    assert next(s.source for s in loaded.settings if s.key == "tasks.gen-tests.model").endswith(".codeassist.toml:4")
    named = load(tmp_path, "", environment={"CODEASSIST_TASKS_GEN_TESTS_MODEL": "local:other"})
    assert named.config.tasks.gen_tests.model == "local:other"
