"""Create the pictures of the README: run a real command in a pseudo-terminal and save its output as SVG.

python docs/picture.py REPOSITORY "QUESTION" docs/ask.svg
python docs/picture.py REPOSITORY "QUESTION" docs/ask-model.svg "ANSWER"

With ANSWER, a local server returns it as the reply of a model, to show how the reply is checked.
"""

from __future__ import annotations

import os
import pty
import re
import sys
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS, ROWS = 100, 34


def capture(command: list[str], folder: str) -> str:
    """The output of a command in a terminal, colours included."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.update(COLUMNS=str(COLUMNS), LINES=str(ROWS), TERM="xterm-256color")
        os.execvp(command[0], command)
    chunks = []
    while True:
        try:
            data = os.read(descriptor, 65536)
        except OSError:
            break
        if not data:
            break
        chunks.append(data)
    os.waitpid(pid, 0)
    return b"".join(chunks).decode("utf-8", "replace").replace("\r\n", "\n")


def main() -> None:
    """Create one picture from the command-line arguments."""
    repository, question, target = sys.argv[1:4]
    with ExitStack() as stack:
        if len(sys.argv) > 4:
            from tests.codeassist.chat_server import serving

            url, _ = stack.enter_context(serving(sys.argv[4]))
            os.environ |= {"CODEASSIST_MODEL_NAME": "openai:inventive", "CODEASSIST_MODEL_BASE_URL": url}
        picture(repository, question, target)


def picture(repository: str, question: str, target: str) -> None:
    """Run the command in a terminal and save its output."""
    output = capture([sys.executable, "-m", "codeassist", "ask", question], repository)
    output = re.sub(r"\x1b\]8;[^\x1b]*\x1b\\", "", output)
    console = Console(record=True, width=COLUMNS, file=Path(os.devnull).open("w"))  # noqa: SIM115
    console.print(f'[bold green]$[/] codeassist ask "{question}"')
    console.print(Text.from_ansi(output))
    svg = re.sub(r"\s*@font-face\s*\{.*?\}", "", console.export_svg(title="codeassist"), flags=re.DOTALL)
    Path(target).write_text(svg, encoding="utf-8")  # without remote fonts, so that the viewer's monospace font is used


if __name__ == "__main__":
    main()
