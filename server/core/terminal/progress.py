"""How far a long work is, for a person who waits at a terminal."""

import shutil
import sys
import time

import click

AGAIN_AFTER_S = 0.1


class Progress:
    """A line on the terminal that is written over; nothing where the output goes into a file."""

    def __init__(self) -> None:
        self._shown = ""
        self._at = 0.0

    def tell(self, what: str, done: int, total: int) -> None:
        """Show how far a work is."""
        now = time.monotonic()
        if not sys.stderr.isatty() or (done < total and now - self._at < AGAIN_AFTER_S):
            return
        self._at = now
        share = f"{100 * done // total:3d} %" if total else ""
        text = f"{what} {share} ({done:,} of {total:,})"[: shutil.get_terminal_size().columns - 1]
        click.echo(f"\r{text:<{len(self._shown)}}", nl=False, err=True)
        self._shown = text

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            click.echo(f"\r{'':<{len(self._shown)}}\r", nl=False, err=True)
            self._shown = ""
