"""`codeassist chat`: a conversation about the repository in the terminal, or line by line from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from codeassist.cli.answers import show_checks, show_citations, show_text
from codeassist.cli.common import HERE, IndexDir, Quiet, Repo, fresh_index, is_terminal, load_config, note, safe, safe_path
from codeassist.cli.model_options import MaxCost, MaxTokens, Model, NoCache, model_flags, note_masked, open_session, usage_line
from codeassist.cli.rendering import relative_prefix, show_code
from codeassist.errors import UsageError

if TYPE_CHECKING:
    from codeassist.models.session import Ledger
    from codeassist.tasks.ask.conversation import Outcome, Turn
    from codeassist.tasks.ask.dialogue import Exchange
    from indexers import Index

HELP = """\
Ask anything about the repository. Lines that begin with '/' are commands:
  /search WORDS    find code without asking the model
  /open N          show the place [N] of the last answer
  /model [NAME]    show or change the model; 'none' answers from the index alone
  /strategy [NAME] show or change how the model reasons
  /save FILE       write the conversation as Markdown
  /clear           forget the conversation
  /help            this list
  /quit            leave (or Ctrl-D)
End a line with '\\' to go on in the next; Alt-Enter does the same. Ctrl-C stops an answer and keeps what was said."""


@dataclass(slots=True)
class Chat:
    """A conversation under way."""

    root: Path
    start: Path
    index: Index
    turn: Turn
    flags: dict[str, object]
    quiet: bool
    told: list[Exchange] = field(default_factory=list)
    code: int = 0
    last: Outcome | None = None


def chat(
    model: Model = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    no_cache: NoCache = False,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    quiet: Quiet = False,
) -> None:
    """Talk about the repository: follow-ups remember what was said, /help lists the commands."""
    from codeassist.prompts import Library
    from codeassist.runs.store import RunStore
    from codeassist.tasks.ask.conversation import Turn

    flags = model_flags("ask", model, max_cost, max_tokens, no_cache) | {"index__index_dir": index_dir}
    root, config = load_config(repo, **flags)
    with fresh_index(root, config, quiet=quiet) as (index, _):
        store = RunStore(index.folder) if config.ask.log else None
        turn = Turn(config, Library.of(root, config), open_session(config, "ask", index.folder), store=store, command="chat")
        talk = Chat(root, repo, index, turn, flags, quiet)
        if not quiet and sys.stdin.isatty():
            name = turn.session.model.name if turn.session else "no model"
            note(f"{root.name}, {name}. /help lists commands, Ctrl-D leaves.")
        for line in _lines(index.folder):
            try:
                if not _handle(talk, line):
                    break
            except KeyboardInterrupt:
                note("Stopped.")
            except Exception as error:
                from codeassist.cli.app import exit_code

                if exit_code(error) is None:
                    raise
                talk.code = exit_code(error) or 1
                note(f"codeassist: {safe(str(error))}")
    if talk.code and not sys.stdin.isatty():
        raise typer.Exit(talk.code)


def _lines(folder: Path) -> Iterator[str]:
    """What the person types, each entry whole; from a pipe each line, joined where one ends with a backslash."""
    if not sys.stdin.isatty():
        pending = ""
        for raw in sys.stdin:
            pending += raw.rstrip("\n")
            if pending.endswith("\\"):
                pending = pending[:-1] + "\n"
                continue
            yield pending
            pending = ""
        if pending.strip():
            yield pending
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    commands = ["/search", "/open", "/model", "/strategy", "/save", "/clear", "/help", "/quit"]
    asking: PromptSession[str] = PromptSession(
        history=FileHistory(str(folder / "chat_history")),
        completer=WordCompleter(commands, sentence=True),
        complete_while_typing=False,
    )
    pending = ""
    while True:
        try:
            line = asking.prompt("… " if pending else "> ")
        except KeyboardInterrupt:
            pending = ""
            continue
        except EOFError:
            return
        if line.endswith("\\"):
            pending += line[:-1] + "\n"
            continue
        yield pending + line
        pending = ""


def _handle(talk: Chat, line: str) -> bool:
    """Act on one entry; False to leave."""
    text = line.strip()
    if not text:
        return True
    if not text.startswith("/"):
        _ask(talk, text)
        return True
    command, _, rest = text[1:].partition(" ")
    if command in ("quit", "exit", "q"):
        return False
    actions = {"search": _search, "open": _open, "model": _model, "strategy": _strategy, "save": _save, "clear": _clear}
    if command in actions:
        actions[command](talk, rest.strip())
    elif command in ("help", "?"):
        print(HELP)
    else:
        note(f"There is no command /{command}; /help lists them.")
    return True


def _ask(talk: Chat, question: str) -> None:
    from codeassist.cli.ask import Speaker
    from codeassist.tasks.ask.conversation import paths_of, take_turn
    from codeassist.tasks.ask.dialogue import Exchange

    spoken = Speaker(aloud=talk.turn.session is not None)
    before = talk.last.run.id if talk.last and talk.last.run else 0
    turn = replace(
        talk.turn, history=talk.told, continues=before, on_text=spoken.say, on_step=None if talk.quiet else spoken.step
    )
    outcome = take_turn(talk.index, question, turn)
    spoken.end()
    talk.last = outcome
    answer = outcome.answer
    if outcome.error is not None:
        note(f"codeassist: {outcome.error}")
        print("(The model failed; this is answered from the index alone.)\n")
    if outcome.error is not None or not spoken.spoken:
        show_text(answer)
    show_citations(answer, talk.root, talk.start)
    show_checks(answer, verify=False)
    paths = paths_of(outcome.run) if outcome.run else ()
    talk.told.append(Exchange(question, answer.text, paths))
    talk.code = 3 if outcome.error is not None else 0
    session = talk.turn.session
    if session is not None and not talk.quiet:
        note_masked(session.ledger.calls[-1].masked if session.ledger.calls else 0)
        note(usage_line(session.ledger, session.model.name, outcome.run))
    print()


def _search(talk: Chat, words: str) -> None:
    prefix = relative_prefix(talk.root, talk.start)
    for number, hit in enumerate(talk.index.search(words, talk.turn.config.search.results), 1):
        print(f"{number:>3}. {prefix}{safe_path(hit.path)}:{hit.start_line}  {safe(hit.qualified_name or hit.name)}")


def _open(talk: Chat, number: str) -> None:
    from indexers.files.decoding import read_lines

    cited = talk.last.answer.citations if talk.last else []
    found = next((c for c in cited if str(c.n) == number.strip("[]")), None)
    if found is None:
        raise UsageError(f"The last answer cites {', '.join(f'[{c.n}]' for c in cited) or 'nothing'}.")
    text = read_lines(talk.root, found.path, found.start_line, found.end_line)
    print(f"{relative_prefix(talk.root, talk.start)}{safe_path(found.path)}:{found.start_line}")
    known = talk.index.catalog.connection.execute("SELECT language FROM files WHERE path = ?", (found.path,)).fetchone()
    show_code(text.split("\n"), found.start_line, known[0] if known else "text", "", is_terminal())


def _model(talk: Chat, name: str) -> None:
    if name:
        _, config = load_config(talk.start, **(talk.flags | {"tasks__ask__model": name}))
        talk.turn = replace(
            talk.turn, config=config, session=open_session(config, "ask", talk.index.folder, ledger=_ledger(talk))
        )
    session = talk.turn.session
    print(session.model.name if session else "none")


def _ledger(talk: Chat) -> Ledger | None:
    """What was spent so far: limits hold over the whole conversation, whatever models it has."""
    return talk.turn.session.ledger if talk.turn.session else None


def _strategy(talk: Chat, name: str) -> None:
    if name:
        _, config = load_config(talk.start, **(talk.flags | {"ask__strategy": name}))
        talk.turn = replace(talk.turn, strategy=config.ask.strategy)
    print(talk.turn.strategy or talk.turn.config.ask.strategy)


def _save(talk: Chat, name: str) -> None:
    if not name:
        raise UsageError("Write /save FILE.")
    text = "\n\n".join(_saved(told) for told in talk.told)
    try:
        path = Path(name).expanduser()
        if path.exists():
            raise UsageError(f"{path} exists already; name another file.")
        path.write_text(text + "\n", encoding="utf-8")
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"Cannot write {name}: {error}.") from error
    note(f"Wrote {path}.")


def _saved(told: Exchange) -> str:
    places = "\n".join(f"- {path}" for path in told.paths)
    return f"## {told.question}\n\n{told.answer}" + (f"\n\nFrom:\n{places}" if places else "")


def _clear(talk: Chat, _: str) -> None:
    talk.told.clear()
    talk.last = None
