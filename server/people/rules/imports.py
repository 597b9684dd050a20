"""What becomes of a list of guards that a console brings in, and of each of its rows."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

# A list is decided on the day it is sent; then its rows and its file go.
KEPT = timedelta(days=1)
MOST_BYTES = 8 * 2**20
# More than anybody pastes: a person takes some sixty bytes.
MOST_PASTED_BYTES = 2**19
# A school has some hundred people, a district some ten thousand.
MOST_ROWS_OF_SCHOOL, MOST_ROWS_OF_DISTRICT = 3_000, 100_000
# More faults than anybody mends one by one are counted alone.
MOST_FAULTS_KEPT = 500
# Of how many people somebody is told by his lists within a day that they are registered elsewhere: enough for those
# who came from another school, and no way to try telephones out.
ELSEWHERE_TOLD, ELSEWHERE_WITHIN = 20, timedelta(days=1)

# How an account stood when a list was read: only as long as it stands so, the list may change it.
Was = Mapping[str, str | int | None]


class ImportState(StrEnum):
    """How far a list is."""

    READING = "reading"
    READY = "ready"
    TAKING = "taking"
    TAKEN = "taken"
    # Somebody or something changed meanwhile, or whoever asked called it off: all is as it was before.
    UNDOING = "undoing"
    UNDONE = "undone"
    DISMISSED = "dismissed"


class Verdict(StrEnum):
    """What a row does: makes a person, changes one, nothing, or is wrong."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FAULT = "fault"


UNDER_WAY = frozenset({ImportState.READING, ImportState.TAKING, ImportState.UNDOING})
