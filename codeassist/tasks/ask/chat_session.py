"""A dialogue about the repository: questions with follow-ups; model and strategy can change between questions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from codeassist.config import Config
from codeassist.errors import UsageError
from codeassist.models.session import Session
from codeassist.tasks.ask.answer import Citation
from codeassist.tasks.ask.ask_question import AskContext, AskResult, ask_question, paths_of, places_of
from codeassist.tasks.ask.follow_up import Exchange
from indexers import Index
from indexers.files.decoding import read_lines


@dataclass(slots=True)
class Chat:
    """A dialogue in progress: the index, the context for questions, and the exchanges so far."""

    index: Index
    context: AskContext
    exchanges: list[Exchange] = field(default_factory=list)
    last: AskResult | None = None

    def ask(self, question: str) -> AskResult:
        """Answer a question as a follow-up to the earlier ones. Raises `QueryError`."""
        before = self.last.run.id if self.last and self.last.run else 0
        result = ask_question(self.index, question, replace(self.context, history=self.exchanges, continues=before))
        paths = paths_of(result.run) if result.run else ()
        cited = places_of(result.run) if result.run else {}
        self.exchanges.append(Exchange(question, result.answer.text, paths, cited))
        self.last = result
        return result

    def use_model(self, config: Config, session: Session | None) -> None:
        """Switch to another model. Its session must share this dialogue's ledger, so that limits apply to all of it."""
        self.context = replace(self.context, config=config, session=session)

    def use_strategy(self, strategy: str) -> None:
        """Switch to another strategy."""
        self.context = replace(self.context, strategy=strategy)

    @property
    def strategy(self) -> str:
        """The strategy in use."""
        return self.context.strategy or self.context.config.ask.strategy

    def cited(self, number: str) -> tuple[Citation, str, str]:
        """(citation, text, language) for a citation of the last answer. Raises `UsageError` for an unknown number."""
        citations = self.last.answer.citations if self.last else []
        citation = next((c for c in citations if str(c.n) == number.strip("[]")), None)
        if citation is None:
            raise UsageError(f"The last answer cites {', '.join(f'[{c.n}]' for c in citations) or 'nothing'}.")
        text = read_lines(self.index.root, citation.path, citation.start_line, citation.end_line)
        return citation, text, self.index.language_of(citation.path) or "text"

    def clear(self) -> None:
        """Delete the exchanges."""
        self.exchanges.clear()
        self.last = None

    def save(self, name: str) -> Path:
        """Write the dialogue as Markdown to a new file. Raises `UsageError`."""
        if not name:
            raise UsageError("Name a file: /save FILE.")
        text = "\n\n".join(_markdown(exchange) for exchange in self.exchanges)
        try:
            path = Path(name).expanduser()
            with path.open("x", encoding="utf-8") as file:  # a link, also one that leads nowhere, is not followed
                file.write(text + "\n")
        except FileExistsError as error:
            raise UsageError(f"{path} already exists; name another file.") from error
        except (OSError, RuntimeError, ValueError) as error:
            raise UsageError(f"Cannot write {name}: {error}.") from error
        return path


def _markdown(exchange: Exchange) -> str:
    places = "\n".join(f"- {path}" for path in exchange.paths)
    return f"## {exchange.question}\n\n{exchange.answer}" + (f"\n\nFrom:\n{places}" if places else "")
