"""Notes of posts for their next shifts, one a shift."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from server.core.database.upsert import Upsert
from server.core.moments import moment, moment_or_none
from server.duty.rules.hand_overs import NoteView
from server.duty.tables import HandOverNote, hand_over_note
from server.people.tables import account

_KEYS = ("post_id", "date", "peak")
_put = Upsert(
    hand_over_note,
    keys=_KEYS,
    take=["text", "written_by", "written_at", "read_by", "read_at"],
    give=hand_over_note.c.id,
)
_writer, _reader = account.alias("writer"), account.alias("reader")
_newest = (
    select(hand_over_note, _writer.c.name.label("writer"), _reader.c.name.label("reader"))
    .outerjoin(_writer, hand_over_note.c.written_by == _writer.c.id)
    .outerjoin(_reader, hand_over_note.c.read_by == _reader.c.id)
    .where(
        hand_over_note.c.post_id == bindparam("post_id"),
        hand_over_note.c.starts_at <= bindparam("until"),
    )
    .order_by(hand_over_note.c.starts_at.desc())
    .limit(2)
)


@dataclass(frozen=True, slots=True)
class NamedNote(HandOverNote):
    """A note with the names of who wrote and who read it."""

    writer: str | None
    reader: str | None

    def view(self, *, named: bool) -> NoteView:
        """Write the note as clients see it."""
        return {
            "id": self.id,
            "text": self.text,
            "peak": self.peak,
            "date": self.date.isoformat(),
            "at": moment(self.written_at),
            "by": self.writer if named else None,
            "read_at": moment_or_none(self.read_at),
            "read_by": self.reader if named else None,
        }


def newest(connection: Connection, post_id: int, until: datetime) -> list[NamedNote]:
    """Read the two newest notes of a post that are of shifts which start at a time or before it."""
    rows = connection.execute(_newest, {"post_id": post_id, "until": until}).mappings()
    return [NamedNote(**row) for row in rows]


def put(
    connection: Connection,
    *,
    post_id: int,
    on: date,
    peak: str,
    starts_at: datetime,
    text: str,
    by: int,
    now: datetime,
) -> None:
    """Write the note of a shift in place of the one that there is; nobody has read the new one."""
    row = {"post_id": post_id, "date": on, "peak": peak, "starts_at": starts_at, "text": text}
    _put.run(connection, {**row, "written_by": by, "written_at": now, "read_by": None, "read_at": None})


def take_back(connection: Connection, *, post_id: int, on: date, peak: str) -> bool:
    """Delete the note of a shift; tells whether there was one."""
    of_shift = (
        hand_over_note.c.post_id == post_id,
        hand_over_note.c.date == on,
        hand_over_note.c.peak == peak,
    )
    return connection.execute(delete(hand_over_note).where(*of_shift)).rowcount > 0


def mark_read(connection: Connection, note_id: int, *, by: int, now: datetime) -> None:
    """Mark a note as read, where nobody did before."""
    unread = (hand_over_note.c.id == note_id, hand_over_note.c.read_at.is_(None))
    connection.execute(update(hand_over_note).where(*unread).values(read_by=by, read_at=now))


def forget_person(connection: Connection, account_id: int) -> None:
    """Delete what a person wrote, and forget what he read."""
    connection.execute(delete(hand_over_note).where(hand_over_note.c.written_by == account_id))
    his = hand_over_note.c.read_by == account_id
    connection.execute(update(hand_over_note).where(his).values(read_by=None))
