"""Files for code that uses them: paths in pytest's `tmp_path`, their content before a call, and what the call changed."""

from __future__ import annotations

import ast
import random
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

PATH_NAME = re.compile(
    r"(?:.*_)?(?:path|filepath|filename|file|fname|fn|directory|dirname|dir|folder|root|dst|src|infile|outfile)(?:name|path)?s?_?$"
)
_USES = re.compile(
    r"\bopen\(|\.(?:read_text|write_text|read_bytes|write_bytes|exists|is_file|is_dir|isfile|isdir|mkdir|makedirs|unlink|iterdir|glob|"
    r"rglob|listdir|walk|stat|rename|remove|touch|copyfile|copy|copytree|move|getsize)\("
)
CONTENTS = ("first\nsecond\n", '{"a": 1, "b": [2]}', "a,b\n1,2\n", "[section]\nkey = value\n", "", "key: value\n", "42\n")
CODE = "import os\nimport json as j\nfrom a.b import c\n\n\ndef f(x):\n    return x\n"
REQUIREMENTS = "# note\nname==1.0\nother>=2,<3\n-r more.txt\n"
SETTINGS = '[project]\nname = "x"\ndependencies = ["name>=1.0"]\n\n[tool.a]\nb = "c"\n'
BY_SUFFIX: dict[str, tuple[str, ...]] = {
    "json": (CONTENTS[1], '[{"a": 1}, {"a": null}]', "{"),
    "csv": (CONTENTS[2], 'a;b\n"x y";2\n'),
    "ini": (CONTENTS[3],),
    "cfg": (CONTENTS[3],),
    "yaml": (CONTENTS[5], "- a\n- b: 1\n"),
    "yml": (CONTENTS[5], "- a\n- b: 1\n"),
    "toml": (SETTINGS, SETTINGS, "a = ["),
    "py": (CODE, CODE, "x = (\n"),
    "txt": (CONTENTS[0], REQUIREMENTS, "First line.\n\nSecond paragraph, longer (see 2).\n"),
    "in": (REQUIREMENTS,),
    "md": ("# Title\n\nText with `code`.\n\n- item\n",),
    "xml": ('<a x="1"><b>text</b><b/></a>\n',),
    "html": ('<html><body><p class="a">text</p></body></html>\n',),
}
"""What files of a kind contain, by suffix."""

_NAME = re.compile(r"[A-Za-z_.][\w.-]*\.(?:py|txt|toml|cfg|ini|json|ya?ml|md|rst|lock|xml|csv|in)|Makefile|Dockerfile|Pipfile")
MOST_FILES = 4
LOOKED_FOR = 0.7
"""How often a folder contains files that the code names."""

LONGEST = 240


def uses_files(tree: ast.AST | None) -> bool:
    """Whether a function's code opens, lists or moves files itself."""
    return tree is not None and _USES.search(ast.unparse(tree)) is not None


class Paths:
    """Paths and file contents for one module, as source text."""

    def __init__(self, tree: ast.AST, chance: random.Random) -> None:
        """The suffixes of file names in the module's string constants are used for files."""
        texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        found = [m[1] for text in texts if len(text) < 40 and (m := re.search(r"(\.[a-z][a-z0-9]{1,5})$", text))]
        found.sort(key=lambda suffix: suffix[1:] not in BY_SUFFIX)  # others may be names of folders, such as `.git`
        self.suffixes = list(dict.fromkeys(found))[:6] or [".txt"]
        self.names = list(dict.fromkeys(t for t in texts if _NAME.fullmatch(t)))[:8]
        """The files that the code looks for in a folder."""

        self.texts = [t for t in texts if 0 < len(t) < 60 and "\n" in t][:10]
        self.chance = chance

    def path(self, as_text: bool) -> str:
        """A file that exists, a new one, or the folder."""
        suffix = self.chance.choice(self.suffixes)
        text = self.chance.choice(
            (f"tmp_path / 'data{suffix}'", f"tmp_path / 'data{suffix}'", f"tmp_path / 'new{suffix}'", "tmp_path")
        )
        return f"str({text})" if as_text else text

    def preparation(self, program: str) -> tuple[str, ...]:
        """Statements that create the files which a program expects to exist."""
        names = dict.fromkeys(re.findall(r"tmp_path / '(data[.\w]*)'", program))
        if not names and re.search(r"tmp_path(?! /)", program):
            known = self.names if self.chance.random() < LOOKED_FOR else []
            names = dict.fromkeys(self.chance.sample(known, min(len(known), 2)) or [f"data{self.suffixes[0]}"])
            names |= self._more()
        folders = tuple(f"(tmp_path / {name.partition('/')[0]!r}).mkdir()" for name in names if "/" in name)
        return (*folders, *(f"(tmp_path / {name!r}).write_text({self.content(name)!r})" for name in names))

    def _more(self) -> dict[str, None]:
        """Sometimes a file of another kind, and one in a folder: for code that goes through folders."""
        other, inner = self.chance.choice(self.suffixes), self.chance.choice(self.suffixes)
        named = {f"data{other}": None} if self.chance.random() < 0.3 else {}
        return named | ({f"sub/inner{inner}": None} if self.chance.random() < 0.3 else {})

    def content(self, name: str) -> str:
        """Text that a file of this name is likely to contain."""
        likely = BY_SUFFIX.get(name.rpartition(".")[2])
        return self.chance.choice(likely if likely and self.chance.random() < 0.7 else (*CONTENTS, *self.texts))


class Folder:
    """The folder that `tmp_path` stands for: the same for every run, and empty at the start of each."""

    def __init__(self) -> None:
        """Nothing is created before it is needed."""
        self.path: Path | None = None

    def fresh(self) -> Path:
        """The emptied folder."""
        if self.path is None:
            self.path = Path(tempfile.mkdtemp(prefix="tmp_path_"))
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(exist_ok=True)
        return self.path

    def content(self) -> dict[str, str | None]:
        """The text of each file by its relative path; None for what is not short text."""
        found: dict[str, str | None] = {}
        if self.path is None:
            return found
        for path in sorted(self.path.rglob("*"))[:50]:
            if path.is_symlink() or not path.is_file():
                continue
            try:
                text = path.read_text(encoding="utf-8") if path.stat().st_size < 4 * LONGEST else None
            except (OSError, ValueError):
                text = None
            found[path.relative_to(self.path).as_posix()] = text
        return found


def changes(folder: Path, before: dict[str, str | None], after: dict[str, str | None]) -> Sequence[str]:
    """Assertions about the files that a call wrote or removed."""
    checks = []
    for name, text in after.items():
        if name in before and before[name] == text:
            continue
        if text is not None and len(text) <= LONGEST and str(folder) not in text:
            checks.append(f"(tmp_path / {name!r}).read_text() == {text!r}")
        else:
            checks.append(f"(tmp_path / {name!r}).exists()")
    checks += [f"not (tmp_path / {name!r}).exists()" for name in before if name not in after]
    return checks[:MOST_FILES]
