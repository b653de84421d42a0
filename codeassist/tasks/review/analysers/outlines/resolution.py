"""Whether a use in one file refers to a definition of another: by imports first, then by the known class of the receiver."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath

from codeassist.tasks.review.analysers.outlines.outline import Import, Outline, Use
from codeassist.tasks.review.analysers.outlines.project import SCRIPTED, Project, Target
from codeassist.tasks.review.analysers.outlines.reader import THIS

DEPTH = 6
"""How many re-exports are followed."""


def refers(project: Project, target: Target, user: Outline, use: Use) -> bool:
    """Whether a use in a file refers to a changed definition, as far as imports and types show."""
    definition = target.definition
    if definition.kind == "constructor":
        return use.kind == "new" and not use.shadowed and sees(project, target, user, use.name, definition.owner)
    if definition.owner:
        return _is_member(project, target, user, use)
    if use.kind == "case":
        return False
    return not (use.shadowed and not use.receiver) and _is_top_level(project, target, user, use)


def _is_member(project: Project, target: Target, user: Outline, use: Use) -> bool:
    definition, owner = target.definition, target.definition.owner
    if use.kind == "case":
        return _is_case(project, target, user, use)
    if not use.receiver:  # an implicit receiver
        implicit = target.path.endswith((".java", ".cs")) and use.kind == "call" and not use.shadowed
        outer = any(d.name == use.name for d in user.definitions if d.owner != owner)  # such as of the class around it
        return implicit and not outer and _inherits(target, user, use)
    if use.receiver in THIS or use.receiver in ("super", "Self"):
        return _inherits(target, user, use)
    if use.type:
        written = use.type
    elif use.qualified or definition.kind in ("member", "constant", "method", "field", "property"):
        if use.receiver.split(".")[0] in _values(user, use):
            return False
        written = re.sub(r"(?:::)?<.*>$", "", use.receiver, flags=re.DOTALL).replace("::", ".")
    else:
        return False
    if written.endswith(".()"):
        return written[:-3] in user.imports and _go_package(project, target, user.imports[written[:-3]])
    return written.rpartition(".")[2] == owner and sees(project, target, user, written, owner)


def _values(user: Outline, use: Use) -> set[str]:
    """Receivers that are known to be variables rather than types."""
    return {use.receiver} if use.receiver[:1].islower() and not use.qualified and use.receiver not in user.imports else set()


def _inherits(target: Target, user: Outline, use: Use) -> bool:
    """Whether the class around a use is that of the definition, or extends it and does not define the name itself."""
    owner = target.definition.owner
    if use.around == owner:
        return user.path == target.path or (user.path.endswith(".rs") and _same_crate(user.path, target.path))
    if user.named(use.name, use.around):
        return False
    return owner in user.bases.get(use.around, ())


def _same_crate(one: str, other: str) -> bool:
    return posixpath.dirname(one) == posixpath.dirname(other)


def _is_case(project: Project, target: Target, user: Outline, use: Use) -> bool:
    """Whether a `case` matches a removed member: the other cases of its `switch` are members of the same type."""
    definition = target.definition
    if definition.kind not in ("member", "literal"):
        return False
    members = {d.name for o in (target.old, target.new) for d in o.definitions if d.owner == definition.owner}
    known = [s for s in use.siblings if s in members]
    same = bool(known) and all(s in members for s in use.siblings if s != definition.name) and set(known) != {definition.name}
    if not same:
        return False
    if definition.kind == "literal":
        imported = {project.script(user.path, i.module) for i in user.imports.values()}
        return user.path == target.path or target.path in imported
    return len(project.types_named(definition.owner, _suffix(target.path))) <= 1


def sees(project: Project, target: Target, user: Outline, written: str, owner: str) -> bool:
    """Whether the class `owner`, written in some way in a file, is that of the target."""
    suffix = _suffix(target.path)
    if user.path == target.path:
        return True
    if suffix in SCRIPTED:
        first = written.partition(".")[0]
        return first in user.imports and _origin(project, target, user, user.imports[first], set(), owner)
    if suffix == ".go":
        package, _, _ = written.rpartition(".")
        if not package:
            return posixpath.dirname(user.path) == target.folder and user.package == target.new.package
        return package in user.imports and _go_package(project, target, user.imports[package])
    homes = project.types_named(owner, suffix) - {target.path}
    if suffix == ".java":
        return _java_type(target, user, owner, others=bool(homes))
    if suffix == ".rs":
        found = user.imports.get(written.split(".", maxsplit=1)[0])
        return not homes or (found is not None and _rust_module(found.module, target.path))
    return not homes


def _java_type(target: Target, user: Outline, owner: str, *, others: bool) -> bool:
    package = target.new.package
    if owner in user.imports:
        module = user.imports[owner].module
        return module == package or module.startswith(f"{package}.")
    if user.package == package or any(s == package or s.startswith(f"{package}.") for s in user.stars):
        return True
    return not others and any(i.module == package or i.module.startswith(f"{package}.") for i in user.imports.values())


def _is_top_level(project: Project, target: Target, user: Outline, use: Use) -> bool:
    suffix = _suffix(target.path)
    if suffix in SCRIPTED:
        return _script_use(project, target, user, use)
    if suffix == ".go":
        return _go_use(project, target, user, use)
    if suffix == ".rs":
        return _rust_use(target, user, use)
    if suffix in (".c", ".h"):
        return _c_use(target, user, use)
    if target.definition.kind != "type" or use.receiver:
        return False
    return use.kind in ("new", "name") and sees(project, target, user, use.name, use.name)


def _script_use(project: Project, target: Target, user: Outline, use: Use) -> bool:
    name = target.definition.name
    if use.kind == "import":
        found = Import(use.receiver.strip("'\"`"), use.name)
        return _origin(project, target, user, found, set(), name)
    if use.receiver:
        space = user.imports.get(use.receiver)
        if space is None or space.name != "*":
            return False
        return _origin(project, target, user, Import(space.module, use.name), set(), name)
    if user.path == target.path:
        return use.name == name and name not in user.imports
    found_import = user.imports.get(use.name)
    return found_import is not None and _origin(project, target, user, found_import, set(), name)


def _origin(project: Project, target: Target, user: Outline, found: Import, seen: set[str], local: str) -> bool:
    """Whether an import leads to the target's module and one of its exported names, through re-exports."""
    path = project.script(user.path, found.module)
    if path is None or path in seen:
        return False
    if path == target.path:
        names = {p for p, name in target.old.exports.items() if name == local}
        return found.name in names
    module = project.outline(path)
    if module is None or found.name in module.exports or len(seen) >= DEPTH:
        return False
    if found.name in module.reexports:
        return _origin(project, target, module, module.reexports[found.name], {*seen, path}, local)
    stars = [Import(star, found.name) for star in module.stars]
    return any(_origin(project, target, module, star, {*seen, path}, local) for star in stars)


GO_BUILTINS = frozenset(
    "append cap clear close complex copy delete imag len make max min new panic print println real recover any bool byte "
    "comparable error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr true "
    "false nil iota".split()
)


def _go_use(project: Project, target: Target, user: Outline, use: Use) -> bool:
    if use.name in GO_BUILTINS:
        return False  # without the definition it is the built-in one
    if use.receiver:
        return use.receiver in user.imports and _go_package(project, target, user.imports[use.receiver])
    if posixpath.dirname(user.path) == target.folder:
        return user.package == target.new.package
    return any(_go_package(project, target, Import(star, "*")) for star in user.stars)


def _go_package(project: Project, target: Target, found: Import) -> bool:
    return bool(found.module) and found.module == project.go_module(target.folder)


def _rust_use(target: Target, user: Outline, use: Use) -> bool:
    if use.kind == "import":
        found = next((i for i in user.imports.values() if i.name == use.name), None)
        return found is not None and _rust_module(found.module, target.path)
    if use.receiver:
        module = use.receiver.replace(" ", "")
        first = module.split("::")[0]
        if module in user.imports:
            module = f"{user.imports[module].module}::{user.imports[module].name}"
        elif first[:1].isupper():
            return False
        return use.qualified and _rust_module(module, target.path)
    if user.path == target.path:
        return True
    if use.name in user.imports:
        return user.imports[use.name].name == target.definition.name and _rust_module(
            user.imports[use.name].module, target.path
        )
    if user.named(use.name, ""):
        return False
    return any(_rust_module(star, target.path) for star in user.stars if star not in ("super", "self"))


def _rust_module(module: str, path: str) -> bool:
    """Whether a module path may name the module of a file."""
    posix = PurePosixPath(path)
    name = posix.parent.name if posix.stem == "mod" else "" if posix.stem in ("lib", "main") else posix.stem
    parts = [p for p in module.split("::") if p not in ("crate", "self", "super")]
    if not name:
        return not parts or (len(parts) == 1 and module == parts[0] and not module.startswith(("std", "core", "alloc")))
    return bool(parts) and parts[-1] == name


def _c_use(target: Target, user: Outline, use: Use) -> bool:
    if use.receiver or use.kind not in ("call", "name"):
        return False
    if user.path == target.path:
        return True
    if not target.definition.exported:
        return False
    return not any(not d.prototype for d in user.named(use.name, ""))


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
