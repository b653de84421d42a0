"""`codeassist chat`: a conversation about the repository, in a terminal or line by line from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from codeassist.cli.options import ModelChoice, Quiet, RepositoryOptions
from codeassist.cli.output import TerminalEvents, closing, is_terminal, note, note_masked, safe, safe_path, usage_line
from codeassist.errors import CancelledError, exit_code

if TYPE_CHECKING:
    from codeassist.services import Services
    from codeassist.tasks.ask.chat_session import Chat

HELP = """\
Ask anything about the repository. Lines that begin with '/' are commands:
  /search WORDS    find code without asking the model
  /open N          show the code cited as [N] in the last answer
  /model [NAME]    show or change the model; 'none' uses the index alone
  /strategy [NAME] show or change the model's reasoning strategy
  /save FILE       write the conversation as Markdown
  /clear           clear the conversation
  /help            show this list
  /quit            quit (or Ctrl-D)
End a line with '\\' to continue it on the next. Ctrl-C stops an answer and keeps its text."""
COMMANDS = ["/search", "/open", "/model", "/strategy", "/save", "/clear", "/help", "/quit"]


def chat(*, choice: ModelChoice, where: RepositoryOptions, quiet: Quiet = False) -> None:
    """Ask questions in a conversation: follow-ups use the earlier exchanges, /help lists the commands."""
    from codeassist.tasks.ask import AskContext
    from codeassist.tasks.ask.chat_session import Chat

    with closing(TerminalEvents(quiet=quiet)) as events:
        services = where.open(events, choice.flags("ask"))
        with services.index() as index:
            context = AskContext(
                services.config,
                services.library,
                services.session("ask"),
                store=services.run_log,
                command="chat",
                cancel=services.cancel,
            )
            terminal = _Terminal(Chat(index, context), services, where.repo, quiet)
            if not quiet and sys.stdin.isatty():
                name = context.session.model.name if context.session else "no model"
                note(f"{services.root.name}, {name}. /help lists the commands, Ctrl-D quits.")
            code = terminal.run()
    if code and not sys.stdin.isatty():
        raise typer.Exit(code)


class _Terminal:
    """Reads entries, executes each and prints the result."""

    def __init__(self, talk: Chat, services: Services, start: Path, quiet: bool) -> None:
        self.talk, self.services, self.start, self.quiet = talk, services, start, quiet
        self.code = 0

    def run(self) -> int:
        """Read and execute entries until the user quits; returns the exit code of the last entry."""
        for line in _entries(self.services.folder):
            self.services.cancel.clear()  # an interrupt stops one answer, not the conversation
            try:
                if not self._act(line.strip()):
                    break
            except KeyboardInterrupt:
                note("Stopped.")
            except Exception as error:
                if exit_code(error) is None:
                    raise
                self.code = exit_code(error) or 1
                note(f"codeassist: {safe(str(error))}")
        return self.code

    def _act(self, text: str) -> bool:
        """Execute one entry; returns False to quit."""
        if not text:
            return True
        if not text.startswith("/"):
            self._ask(text)
            return True
        command, _, argument = text[1:].partition(" ")
        actions: dict[str, Callable[[str], None]] = {
            "search": self._search,
            "open": self._open,
            "model": self._model,
            "strategy": self._strategy,
            "save": self._save,
            "clear": lambda _: self.talk.clear(),
            "help": lambda _: print(HELP),
            "?": lambda _: print(HELP),
        }
        if command in ("quit", "exit", "q"):
            return False
        if command in actions:
            actions[command](argument.strip())
        else:
            note(f"There is no command /{command}; /help lists them.")
        return True

    def _ask(self, question: str) -> None:
        from codeassist.cli.show_answer import show_result

        session = self.talk.context.session
        events = TerminalEvents(quiet=self.quiet, stream=session is not None, steps=not self.quiet)
        self.talk.context = replace(self.talk.context, events=events)
        result = self.talk.ask(question)
        events.end_text()
        if result.error is not None:
            note(f"codeassist: {result.error}")
        show_result(result, self.services.root, self.start, streamed=events.streamed and result.error is None)
        self.code = result.error.exit_code if result.error is not None else 0
        if session is not None and not self.quiet:
            note_masked(session.ledger.calls[-1].masked if session.ledger.calls else 0)
            note(usage_line(session.ledger, session.model.name, result.run.id if result.run else 0))
        print()

    def _search(self, words: str) -> None:
        from codeassist.cli.show_code import relative_prefix

        prefix = relative_prefix(self.services.root, self.start)
        results = self.talk.context.config.search.results
        for number, hit in enumerate(self.talk.index.search(words, results), 1):
            print(f"{number:>3}. {prefix}{safe_path(hit.path)}:{hit.start_line}  {safe(hit.qualified_name or hit.name)}")

    def _open(self, number: str) -> None:
        from codeassist.cli.show_code import relative_prefix, show_code

        place, text, language = self.talk.cited(number)
        print(f"{relative_prefix(self.services.root, self.start)}{safe_path(place.path)}:{place.start_line}")
        show_code(text.split("\n"), place.start_line, language, "", is_terminal())

    def _model(self, name: str) -> None:
        if name:
            self.services = self.services.with_flags({"tasks.ask.model": name})
            previous = self.talk.context.session
            session = self.services.session("ask", ledger=previous.ledger if previous else None)
            self.talk.use_model(self.services.config, session)
        session = self.talk.context.session
        print(session.model.name if session else "none")

    def _strategy(self, name: str) -> None:
        if name:
            self.services = self.services.with_flags({"ask.strategy": name})
            self.talk.use_strategy(self.services.config.ask.strategy)
        print(self.talk.strategy)

    def _save(self, name: str) -> None:
        note(f"Wrote {self.talk.save(name)}.")


def _entries(folder: Path) -> Iterator[str]:
    """Complete entries, typed in a terminal or read from a pipe; a trailing backslash joins a line with the next."""
    pending = ""
    for line in _typed(folder) if sys.stdin.isatty() else (raw.rstrip("\n") for raw in sys.stdin):
        if line is None:
            pending = ""
        elif line.endswith("\\"):
            pending += line[:-1] + "\n"
        else:
            yield pending + line
            pending = ""
    if pending.strip():
        yield pending


def _typed(folder: Path) -> Iterator[str | None]:
    """Lines typed in a terminal, with history and completion; None when Ctrl-C discards the entry."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    from indexers.index import create_own_file

    create_own_file(folder / "chat_history")  # it is written by name, and would be written through a link
    prompt: PromptSession[str] = PromptSession(
        history=FileHistory(str(folder / "chat_history")),
        completer=WordCompleter(COMMANDS, sentence=True),
        complete_while_typing=False,
    )
    continued = False
    while True:
        try:
            line = prompt.prompt("… " if continued else "> ")
        except (KeyboardInterrupt, CancelledError):
            continued = False
            yield None
            continue
        except EOFError:
            return
        continued = line.endswith("\\")
        yield line
