"""What imports lead to: modules, and what these export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexers.graph.facts import File
from indexers.graph.values import OUTSIDE, UNKNOWN, Value
from indexers.syntax.languages import MINOR_KINDS
from indexers.types import Definition

if TYPE_CHECKING:
    from indexers.graph.resolution.resolver import Resolver


class Imports:
    """Follows imports to modules and to the names in them."""

    def __init__(self, resolver: Resolver) -> None:
        """`resolver` has the other parts."""
        self._resolver = resolver

    def imported(self, module: str, file: File) -> Definition | Value:
        """What an import of `module` or `module:name` means."""
        if self._resolver.is_too_deep:
            return UNKNOWN
        path, _, name = module.partition(":")
        found = self._resolver.repository.modules.find(path, file.path, file.language)
        if file.language == "python" and not path.strip(".") and name and found is not None:
            submodule = self._resolver.repository.modules.find(f"{path}{name}", file.path, "python")
            if submodule and not (found and self._resolver.repository.file(found[0]).by_qualified_name.get(name)):
                return Value("module", paths=submodule)
        if found is None:
            return UNKNOWN
        if not found:
            return OUTSIDE
        value = Value("module", paths=found)
        return value if not name else self._resolver.members.member(value, name)

    def exported(self, module: Value, name: str) -> Definition | Value:
        """What a name of a module means, or its submodule."""
        self._resolver.depth += 1
        try:
            for path in module.paths:
                file = self._resolver.repository.file(path)
                if file.language == "go" and name[:1].islower():
                    return UNKNOWN
                found = self._exported_by(file, name)
                if found is not None:
                    return found
                if path.endswith(".py") or "." not in path.rpartition("/")[2]:
                    submodule = self._resolver.repository.modules.submodule(path, name)
                    if submodule:
                        return Value("module", paths=(submodule,))
        finally:
            self._resolver.depth -= 1
        return UNKNOWN

    def _exported_by(self, file: File, name: str) -> Definition | Value | None:
        """What a file exports under a name; None when it does not."""
        if self._resolver.is_too_deep:
            return UNKNOWN
        defined = file.by_qualified_name.get(name)
        if defined is not None and defined.kind not in MINOR_KINDS:
            return defined
        if file.language == "java":
            found = file.by_qualified_name.get(f"{file.path.rpartition('/')[2].removesuffix('.java')}.{name}")
            return found or defined
        if file.language != "go":
            for module in file.imports.get(name, ()):
                found_import = self.imported(module, file)
                if found_import != UNKNOWN or defined is None:
                    return found_import
        if defined is not None:
            value = self._resolver.expressions.of(defined)
            return value if value.kind in ("class", "function", "module") else defined
        if name == "default":
            return self._default(file)
        bindings = file.bindings.get(("", name))
        if bindings:
            return self._resolver.expressions.bound(bindings, file, 1 << 30)
        for module in file.imports.get("*", ()) if file.language != "go" else ():
            through = self.imported(f"{module}:{name}", file)
            if isinstance(through, Definition) or through.kind == "module":
                return through
        return None

    def _default(self, file: File) -> Definition | Value:
        """The default export of a script: the definition that is marked, else the only one."""
        stem = file.path.rpartition("/")[2].partition(".")[0].replace("-", "").lower()
        top = [d for d in file.definitions if "." not in d.qualified_name and d.kind not in MINOR_KINDS]
        for definition in top:
            if definition.name.lower() == stem:
                return definition
        return top[0] if len(top) == 1 else UNKNOWN
