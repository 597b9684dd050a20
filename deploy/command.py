#!/usr/bin/env python3
"""Run a ``flask`` command with the settings of the service, read as systemd reads them. Standard library only.

    deploy/command.py [--settings FILE] NAME [WORDS …]

FILE is /etc/huxue.env when left out. Sourced by a shell, a ``&`` in a database's address would end the line there.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = Path("/etc/huxue.env")
NEWLINES, BLANKS, COMMENTS = "\n\r", " \t\n\r", "#;"
# Before anything else within double quotes a backslash stands for itself.
ESCAPED_IN_QUOTES = '"\\`$'

State = Callable[[str], "State"]


def read_environment(text: str) -> dict[str, str]:
    """Read a file as ``EnvironmentFile=`` of systemd.exec(5) does: ``&``, ``$`` and blanks mean themselves."""
    reader = _Reader()
    state: State = reader.before_key
    for sign in text:
        state = state(sign)
    if state not in {reader.before_key, reader.in_key, reader.in_comment, reader.escaped_in_comment}:
        reader.keep()
    return reader.found


@dataclass
class _Reader:
    """Where in the file it is: each method takes a sign and gives the state after it."""

    found: dict[str, str] = field(default_factory=dict)
    key: str = ""
    value: str = ""
    # What of the value stays when the blanks at its end are taken away.
    solid: int = 0

    def keep(self) -> State:
        """Keep a setting that is read to its end."""
        self.found[self.key.rstrip(BLANKS)] = self.value[: self.solid]
        self.key, self.value, self.solid = "", "", 0
        return self.before_key

    def take(self, sign: str, after: State, *, solid: bool = True) -> State:
        self.value += sign
        if solid:
            self.solid = len(self.value)
        return after

    def before_key(self, sign: str) -> State:
        if sign in COMMENTS:
            return self.in_comment
        self.key = "" if sign in BLANKS else sign
        return self.before_key if sign in BLANKS else self.in_key

    def in_comment(self, sign: str) -> State:
        if sign == "\\":
            return self.escaped_in_comment
        return self.before_key if sign in NEWLINES else self.in_comment

    def escaped_in_comment(self, _sign: str) -> State:
        return self.in_comment

    def in_key(self, sign: str) -> State:
        if sign in NEWLINES or sign == "=":
            return self.before_key if sign in NEWLINES else self.before_value
        self.key += sign
        return self.in_key

    def before_value(self, sign: str) -> State:
        if sign in NEWLINES:
            return self.keep()
        special = {"'": self.in_single, '"': self.in_double, "\\": self.escaped}
        if sign in special:
            return special[sign]
        return self.before_value if sign in BLANKS else self.take(sign, self.in_value)

    def in_value(self, sign: str) -> State:
        if sign in NEWLINES:
            return self.keep()
        if sign == "\\":
            self.solid = len(self.value)
            return self.escaped
        return self.take(sign, self.in_value, solid=sign not in BLANKS)

    def escaped(self, sign: str) -> State:
        return self.in_value if sign in NEWLINES else self.take(sign, self.in_value)

    def in_single(self, sign: str) -> State:
        return self.before_value if sign == "'" else self.take(sign, self.in_single)

    def in_double(self, sign: str) -> State:
        if sign == '"':
            return self.before_value
        return self.escaped_in_double if sign == "\\" else self.take(sign, self.in_double)

    def escaped_in_double(self, sign: str) -> State:
        if sign == "\n":
            return self.in_double
        return self.take(sign if sign in ESCAPED_IN_QUOTES else f"\\{sign}", self.in_double)


def main(words: list[str]) -> str:
    """Become the command; where it cannot, give the reason."""
    settings = SETTINGS
    if words[:1] == ["--settings"] and len(words) > 1:
        settings, words = Path(words[1]), words[2:]
    try:
        environment = read_environment(settings.read_text(encoding="utf-8"))
    except OSError as why:
        return f"{settings} cannot be read: {why.strerror}. Its user is huxue."
    flask = ROOT / ".venv" / "bin" / "flask"
    if not flask.exists():
        return f"{flask} is missing. Run: make setup"
    # What a command writes, a database or a file of names, is for its user alone.
    os.umask(0o077)
    command = [str(flask), "--app", str(ROOT / "wsgi"), *words]
    return os.execve(flask, command, {**os.environ, **environment})  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
