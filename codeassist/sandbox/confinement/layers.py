"""What the layers that a system supports hold, in words. Shared by the launcher and the program that starts it.

The launcher's modules import little (no dataclasses, no contextlib): every test run starts it.
"""

from __future__ import annotations

PROMISES = {
    "writes": "writing and deleting outside the scratch copy",
    "attributes": "changing modes, times and owners of other files",
    "network": "network connections",
    "sockets": "Unix sockets of other programs",
    "processes": "signals to other processes, processes left behind",
    "kernel": "keys, tracing, io_uring, new namespaces and mounts",
    "secrets": "reading keys and passwords in the home folder",
}
"""What the sandbox can hold, by name, in the order of importance."""

ESSENTIAL = ("writes", "network")
"""Without these nothing is run, unless the user allows it."""


class Layers:
    """The layers in force: namespaces, the version of Landlock (0: none), the system call filter and its supervisor."""

    def __init__(self, namespaces: bool = False, landlock: int = 0, filtered: bool = False, supervisor: bool = False) -> None:
        """Without arguments: no layer."""
        self.namespaces, self.landlock, self.filter, self.supervisor = namespaces, landlock, filtered, supervisor

    def spelled(self) -> str:
        """One line that `parsed` reads."""
        return f"{int(self.namespaces)} {self.landlock} {int(self.filter)} {int(self.supervisor)}"

    @property
    def held(self) -> frozenset[str]:
        """The names of the promises that these layers keep."""
        processes = self.namespaces or self.landlock >= 6 or self.supervisor
        kept = {
            "writes": self.namespaces or self.landlock >= 3 or (self.landlock > 0 and self.filter),
            "attributes": self.namespaces or (self.landlock > 0 and self.filter),
            "network": self.namespaces or self.filter,
            "sockets": self.filter,
            "processes": processes,
            "kernel": self.filter,
            "secrets": self.namespaces,
        }
        return frozenset(name for name, is_kept in kept.items() if is_kept)

    @property
    def sufficient(self) -> bool:
        """Whether programs may run without the user's permission."""
        return self.held.issuperset(ESSENTIAL)

    @property
    def missing(self) -> list[str]:
        """What is not held, in words."""
        return [text for name, text in PROMISES.items() if name not in self.held]

    @property
    def line(self) -> str:
        """The layers in force and what they do not hold, as a sentence or two."""
        names = [
            *(["private namespaces"] if self.namespaces else []),
            *([f"Landlock {self.landlock}"] if self.landlock else []),
            *(["system call filter"] if self.filter else []),
        ]
        text = f"Sandbox: {', '.join(names) or 'none on this system'}."
        return f"{text} Not held: {'; '.join(self.missing)}." if self.missing else text


def parsed(line: str) -> Layers:
    """The layers that `Layers.spelled` wrote; none if it is something else."""
    try:
        namespaces, landlock, filtered, supervisor = map(int, line.split())
    except ValueError:
        return Layers()
    return Layers(bool(namespaces), landlock, bool(filtered), bool(supervisor))
