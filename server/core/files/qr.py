"""QR codes: as text for a terminal, as squares for print."""

from collections.abc import Iterator
from enum import IntEnum

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

QUIET_MODULES = 4


class Correction(IntEnum):
    """How much of a code may be dirty or torn: M about 15 %, Q about 25 % (for what hangs at a gate)."""

    M = ERROR_CORRECT_M
    Q = ERROR_CORRECT_Q


QUIET_MODULES = 4


def qr_modules(text: str, correction: Correction = Correction.Q) -> tuple[tuple[bool, ...], ...]:
    """Make the rows of a QR code, ``True`` for dark, without the quiet zone."""
    code = QRCode(error_correction=correction, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def qr_runs(modules: tuple[tuple[bool, ...], ...]) -> Iterator[tuple[int, int, int]]:
    """Give the dark runs of each row as (row, first column, length)."""
    for number, row in enumerate(modules):
        start = 0
        while start < len(row):
            length = 1
            while start + length < len(row) and row[start + length] == row[start]:
                length += 1
            if row[start]:
                yield number, start, length
            start += length


def qr_text(text: str, *, quiet: int = 2, colour: bool = True) -> str:
    """Draw a QR code with half blocks, two rows of modules to a line, for a terminal.

    With ``colour`` it is black on white whatever the terminal's own colours are; without, light modules are the
    blocks, which is right on a dark terminal, and most scanners read it on a light one too.
    """
    modules = qr_modules(text, Correction.M)
    side = len(modules)

    def light(row: int, column: int) -> bool:
        inside = 0 <= row < side and 0 <= column < side
        return not (inside and modules[row][column])

    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    start, end = ("\x1b[97;40m", "\x1b[0m") if colour else ("", "")
    lines = (
        "".join(blocks[light(row, column), light(row + 1, column)] for column in range(-quiet, side + quiet))
        for row in range(-quiet, side + quiet, 2)
    )
    return "\n".join(f"{start}{line}{end}" for line in lines)
