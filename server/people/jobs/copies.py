"""Long work of the area: a person's copy of what is held of him, and his erasure."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from server.core.area import Areas
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.files.store import NotThere
from server.core.jobs import queries as jobs
from server.core.jobs.kinds import AnyKind, JobKind, Work
from server.core.own_data import ROWS_AT_ONCE, Key, OwnFile, OwnPart, OwnRow
from server.people.queries import accounts, erasures
from server.people.service import erasing
from server.people.service.own_copy import OwnCopy
from server.people.service.own_data import OWN_DATA, OwnDataOf


@dataclass(frozen=True, slots=True)
class _Maker:
    parts: Sequence[OwnPart]
    files: Callable[[Connection, int], Sequence[OwnFile]]

    def make(self, work: Work, asked: OwnDataOf) -> None:
        """Read part after part, a page at a time, and write the zip."""
        with work.read() as connection:
            view = accounts.own_view(connection, account_id=asked.account_id, csrf_token="")
        copy = OwnCopy(
            asked.account_id,
            view["account"]["name"],
            asked.language,
            view["district"]["time_zone"],
            work.now(),
        )
        for number, part in enumerate(self.parts):
            copy.parts.append((part, self._rows(work, number, asked.account_id)))
        work.progress(len(self.parts), len(self.parts))
        with work.file(f"huxue-own-data-{asked.account_id}.zip", "application/zip") as out:
            copy.write(out, self._files(work, asked.account_id))

    def _files(self, work: Work, account_id: int) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Read the files that he sent, one at a time; one that was deleted meanwhile is left out."""
        with work.read() as connection:
            found = self.files(connection, account_id)
        for one in found:
            with suppress(NotThere):
                yield one.called, work.stored(one.name)

    def _rows(self, work: Work, number: int, account_id: int) -> list[OwnRow]:
        part, rows = self.parts[number], list[OwnRow]()
        after: tuple[Key, ...] = ()
        while True:
            work.progress(number, len(self.parts))
            with work.read() as connection:
                page = part.rows(connection, account_id, after)
            rows += page
            if len(page) < ROWS_AT_ONCE:
                return rows
            after = page[-1].key


def kinds(areas: Areas) -> list[AnyKind]:
    """Give the kinds; what is held of a person each area says."""
    maker = _Maker(areas.own_data(), areas.own_files)
    return [
        JobKind(OWN_DATA, OwnDataOf, maker.make),
        JobKind(erasing.ERASE, erasing.EraseOf, erasing.run, write=erasing.write),
    ]


def erase_again(store: Store, now: datetime, rows: RowRetry) -> int:
    """Ask again for the erasures whose jobs have failed."""
    with store.read() as connection:
        asked = [erasing.EraseOf(**one.parameters) for one in jobs.under_way(connection, erasing.ERASE)]  # type: ignore[arg-type]
        left = sorted(set(erasures.undone(connection)) - {one.account_id for one in asked})

    def again(account_id: int) -> int:
        with store.transaction(now) as transaction:
            erasing.ask_again(transaction, account_id)
        return 1

    return rows.each(left, again, now)
