"""Printing generated tests on standard output, as a file or a diff of one, and a table of their coverage on standard error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeassist.cli.output import note, print_json, safe

if TYPE_CHECKING:
    from codeassist.tasks.gen_tests import ModuleResult, PlannedRequest

_SHOWN = 20
"""Maximum number of suspicions and of untested names shown."""


def show_module(module: ModuleResult, *, text: bool, quiet: bool) -> None:
    """Print the tests of one module (when `text` is set) and its table (unless `quiet`).

    Of a test file that exists only the changes are printed, as a diff.
    """
    if text and module.text:
        print(safe(module.diff or module.text))
    if not quiet:
        _table(module)


def show_plan(planned: Sequence[PlannedRequest], *, as_json: bool) -> None:
    """Print the first request that would be sent to the model."""
    if as_json and planned:
        print_json({"schema": "codeassist.dry-run/1", "requests": [p.as_json() for p in planned]})
    elif as_json:
        print_json({"schema": "codeassist.dry-run/1", "model": None, "messages": []})
    elif not planned:
        print("No model would be asked: nothing would be sent.")
    else:
        for request in planned:
            for message in request.messages:
                print(f"--- {message.role}")
                print(safe(message.content))
            print("--- nothing was sent; the first request would have been the above:")
            print(f"to      {safe(request.model)}\nprompt  {request.prompt}\ntokens  about {request.tokens:,}")


def _table(module: ModuleResult) -> None:
    sources = [f"{len(module.by_model)} by the model"] if module.by_model and module.engine == "both" else []
    sources += [f"{len(module.properties)} property tests"] if module.properties else []
    count = len(module.tests)
    summary = f"{module.module}: {count} test{'s' * (count != 1)} kept" + (f" ({', '.join(sources)})" if sources else "")
    note(summary + "".join(f", {n} dropped ({safe(reason)})" for reason, n in module.dropped.items()))
    if module.nothing_new and not count:
        note("  nothing to add: the test file has a test for everything that was found")
    note(f"  lines      {_coverage(module, module.before.lines, module.after.lines)}")
    note(f"  branches   {_coverage(module, module.before.branches, module.after.branches)}")
    if module.mutants:
        bound = "" if module.mutants_complete else "at least "
        earlier = module.mutants_before
        tried = earlier is not None and (module.mutants_complete or earlier[0])
        unknown = earlier is not None or module.unmeasured_before
        before = f"{bound}{_share(earlier)} -> " if earlier and tried else "not measured -> " if unknown else ""
        by = " by the new tests" if unknown and not tried else ""
        note(f"  mutants    {before}{_share(module.mutants)} killed{by}")
    else:
        note("  mutants    not run")
    flaky = f"; {module.runs} runs, {module.flaky} flaky" if module.runs else ""
    note(f"  time       {module.seconds:.1f} s{flaky}")
    if module.trouble:
        note(f"  note       {safe(module.trouble)}")
    if module.missing:
        names = ", ".join(map(safe, module.missing))
        note(f"  note       not installed here: {names}; tests show what the package does without it")
    if module.untouched:
        names = ", ".join(safe(t) for t in module.untouched[:_SHOWN])
        note(f"  not tested: no stable behaviour was observed of {names}{_more(module.untouched)}")
    for suspicion in module.suspicions[:_SHOWN]:
        note(f"  suspicious: {safe(suspicion.target)} {safe(suspicion.what)} (line {suspicion.line})")
        for line in suspicion.code.split("\n"):
            note(f"      {safe(line)}")
    if len(module.suspicions) > _SHOWN:
        note(f"  suspicious: {len(module.suspicions) - _SHOWN} more; --json lists all")


def _more(names: Sequence[str]) -> str:
    """How many names are not shown."""
    return f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""


def _coverage(module: ModuleResult, before: tuple[int, int] | None, after: tuple[int, int] | None) -> str:
    """How much of the module the existing tests cover, and how much these and the new ones; or why that is not known."""
    if (before or after or (0, 1))[1] == 0:
        return "the module has none"
    if after is not None:
        unknown = "not measured" if module.unmeasured_before else "none"
        return f"{_share(before) if before else unknown} -> {_share(after)}"
    known = f"{_share(before)} before; " if before else ""
    return known + (
        f"not measured: {safe(module.unmeasured or 'the run failed')}" if module.tests else "no new test to measure"
    )


def _share(counts: tuple[int, int]) -> str:
    part, whole = counts
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "none"
