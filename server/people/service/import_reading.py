"""The long work on a list of guards: reading it, taking it over, undoing that; a worker does it and hands rows over."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.core.access.roles import AccountStatus, Act, Actor, Category, Role, may
from server.core.database.transaction import Transaction
from server.core.jobs import queries as files
from server.core.jobs.kinds import PIECE_ROWS, Cancelled, Failed, Piece, Work
from server.core.jobs.rules import Failure
from server.core.jobs.tables import Job
from server.core.limits import Limits
from server.people.files.guards_file import GuardLine, lines_of, whole_file
from server.people.files.pasted import pasted_lines
from server.people.queries import accounts, imports
from server.people.rules.imports import (
    MOST_FAULTS_KEPT,
    MOST_ROWS_OF_DISTRICT,
    MOST_ROWS_OF_SCHOOL,
    ImportState,
    Verdict,
)
from server.people.service import import_elsewhere, import_switch
from server.people.service.import_matching import Matched, Matching, scope_of, staged
from server.people.tables.imports import GuardImport, GuardImportRow

READ, TAKE, UNDO = "read_guards", "take_guards", "undo_guards"
# Looked for at once.
LINES_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ImportOf:
    """Which list; ``pasted_as``: it is no file but pasted lines of people of a category.

    ``offices`` are names that nobody may imitate, beside those of schools and stations.
    """

    import_id: int
    pasted_as: str | None = None
    offices: Sequence[str] = ()


def read(work: Work, asked: ImportOf) -> None:
    """Read the file, compare it with who is known, and hand over what each row would do."""
    one = _allowed(work, asked)
    with work.read() as connection:
        matching = Matching(scope_of(connection, one.district_id, one.school_id, asked.offices))
    found = _matched(work, matching, _lines(work, one, asked))
    elsewhere = sorted({matched.elsewhere for matched in found if matched.elsewhere is not None})
    with work.read() as connection:
        told = import_elsewhere.told_lately(connection, one.account_id, work.now())
    last: dict[str, object] = {}
    if not told.allows(elsewhere):
        whole = whole_file(one.called, "many_elsewhere", {})
        found = [Matched(whole, Verdict.FAULT, faults=whole.faults)]
        last = {} if told.enough else {"elsewhere": []}
    elif set(elsewhere) - told.people:
        last = {"elsewhere": elsewhere}
    counts = Counter({verdict.value: 0 for verdict in Verdict})
    counts.update(matched.verdict.value for matched in found)
    _hand_over(work, found)
    work.hand_over([{"counts": dict(counts), **last}])


def _lines(work: Work, one: GuardImport, asked: ImportOf) -> list[GuardLine]:
    content = b"".join(work.stored(one.file))
    most = MOST_ROWS_OF_DISTRICT if one.school_id is None else MOST_ROWS_OF_SCHOOL
    if asked.pasted_as is not None:
        return pasted_lines(content.decode("utf-8", "replace"), Category(asked.pasted_as), most=most)

    def tell(done: int, total: int) -> None:
        work.progress(done, 2 * total)

    return lines_of(content, one.called, tell, most=most)


def _matched(work: Work, matching: Matching, lines: list[GuardLine]) -> list[Matched]:
    found: list[Matched] = []
    for start in range(0, len(lines), LINES_AT_ONCE):
        work.progress(len(lines) + start, 2 * len(lines))
        part = lines[start : start + LINES_AT_ONCE]
        with work.read() as connection:
            matching.read(connection, part)
        found += [matching.match(line) for line in part]
    return found


def _hand_over(work: Work, found: list[Matched]) -> None:
    """Hand over what is kept of each row until somebody decides: all that change somebody, and the first faults."""
    faults = [place for place, one in enumerate(found, 1) if one.verdict == Verdict.FAULT]
    last = faults[MOST_FAULTS_KEPT - 1] if len(faults) >= MOST_FAULTS_KEPT else len(found)
    kept = [
        (place, one) for place, one in enumerate(found, 1) if one.verdict != Verdict.FAULT or place <= last
    ]
    for start in range(0, len(kept), LINES_AT_ONCE):
        with work.read() as connection:
            rows = list(staged(connection, kept[start : start + LINES_AT_ONCE]))
        for first in range(0, len(rows), PIECE_ROWS):
            work.hand_over([{"row": row} for row in rows[first : first + PIECE_ROWS]])


def take(work: Work, asked: ImportOf) -> None:
    """Take all rows over, or none: what meets a change undoes what went before.

    Raises ``Failed``: ``changed_meanwhile``, ``not_allowed``; ``Cancelled``.
    """
    try:
        _take_all(work, _allowed(work, asked))
    except (Cancelled, Failed):
        undo(work, asked)
        raise
    for rows in _pages(work, asked, applied=True):
        work.hand_over([{"record": row.place} for row in rows])
    work.hand_over([{"end": ImportState.TAKEN.value}])


def undo(work: Work, asked: ImportOf) -> None:
    """Let all be as it was before a list was taken over."""
    for rows in _pages(work, asked, applied=True):
        work.hand_over([{"undo": row.place} for row in rows])
    work.hand_over([{"end": ImportState.UNDONE.value}])


def _allowed(work: Work, asked: ImportOf) -> GuardImport:
    """Read a list whose sender may still bring it in. Raises ``Failed``: ``not_allowed``."""
    with work.read() as connection:
        one = imports.by_id(connection, asked.import_id)
        sender = accounts.by_id(connection, one.account_id) if one is not None else None
    if one is None or sender is None:
        raise Failed(Failure.NOT_ALLOWED)
    actor = Actor(
        account_id=sender.id,
        role=Role(sender.role),
        category=Category(sender.category) if sender.category else None,
        status=AccountStatus(sender.status),
        district_id=sender.district_id,
        station_id=sender.station_id,
        school_id=sender.school_id,
        session_id=0,
        name=sender.name,
    )
    own = sender.school_id if actor.role == Role.SCHOOL_ADMIN else None
    if not may(actor, Act.EDIT_GUARDS) or (sender.district_id, own) != (one.district_id, one.school_id):
        raise Failed(Failure.NOT_ALLOWED)
    return one


def _take_all(work: Work, one: GuardImport) -> None:
    if one.state == ImportState.UNDOING or not (_all_stand(work, one) and _all_taken(work, one)):
        raise Failed(Failure.CHANGED_MEANWHILE)


def _all_stand(work: Work, one: GuardImport) -> bool:
    """Look at everybody before the first is written: most of what changed meanwhile is found here."""
    for rows in _pages(work, ImportOf(one.id), applied=False):
        work.progress(0, one.counts[Verdict.NEW] + one.counts[Verdict.CHANGED])
        with work.read() as connection:
            if not import_switch.stands(connection, rows):
                return False
    return True


def _all_taken(work: Work, one: GuardImport) -> bool:
    done, total = 0, one.counts[Verdict.NEW] + one.counts[Verdict.CHANGED]
    for rows in _pages(work, ImportOf(one.id), applied=False):
        work.progress(done, total)
        work.hand_over([{"take": row.place} for row in rows])
        done += len(rows)
        with work.read() as connection:
            now = imports.by_id(connection, one.id)
        if now is None or now.state != ImportState.TAKING:
            return False
    work.progress(total, total)
    return True


def _pages(work: Work, asked: ImportOf, *, applied: bool) -> Iterator[list[GuardImportRow]]:
    """Read the rows that change somebody, a piece at a time."""
    after = 0
    while True:
        with work.read() as connection:
            rows = imports.rows_of(
                connection,
                asked.import_id,
                verdicts=imports.CHANGING,
                after=after,
                limit=PIECE_ROWS,
                applied=applied,
            )
        if not rows:
            return
        yield rows
        after = rows[-1].place


def write(transaction: Transaction, limits: Limits, job: Job, rows: Piece) -> None:
    """Write a piece of what a worker found or is to do; the same piece twice does it once."""
    connection = transaction.connection
    one = imports.by_id(connection, ImportOf(**job.parameters).import_id, lock=True)  # type: ignore[arg-type]
    if one is None:
        return
    for row in rows:
        if "counts" in row and one.state == ImportState.READING:
            files.let_go(connection, [one.file], transaction.now)
            imports.change(connection, one.id, state=ImportState.READY.value, counts=row["counts"])
            elsewhere = row.get("elsewhere")
            if isinstance(elsewhere, list):
                import_elsewhere.note(transaction, one.account_id, elsewhere, {"import_id": one.id})
        elif "end" in row:
            imports.change(connection, one.id, state=row["end"], ended_at=transaction.now)
    new = [row["row"] for row in rows if "row" in row]
    if new and one.state == ImportState.READING:
        imports.put_rows(connection, one.id, [row for row in new if isinstance(row, dict)])
    _act(transaction, limits, one, rows)


def _act(transaction: Transaction, limits: Limits, one: GuardImport, rows: Piece) -> None:
    places = {key: [int(str(row[key])) for row in rows if key in row] for key in ("take", "undo", "record")}
    connection = transaction.connection
    if places["take"] and one.state == ImportState.TAKING:
        found = imports.rows_at(connection, one.id, places["take"])
        if not import_switch.take(transaction, one, found, limits):
            imports.change(connection, one.id, state=ImportState.UNDOING.value)
    if places["undo"]:
        found = imports.rows_at(connection, one.id, places["undo"])
        import_switch.undo(transaction, one, found, limits)
    if places["record"]:
        import_switch.record(transaction, one, imports.rows_at(connection, one.id, places["record"]))
