"""The job that makes a person's copy of what is held of him."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from server.core.area import Areas
from server.core.files.store import NotThere
from server.core.jobs.kinds import AnyKind, JobKind, Work
from server.core.own_data import ROWS_AT_ONCE, Key, OwnFile, OwnPart, OwnRow
from server.people.queries import accounts
from server.people.service.own_copy import OWN_DATA, OwnCopy, OwnDataOf


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


def kind(areas: Areas) -> AnyKind:
    """Give the kind of job; what is held of a person each area says."""
    return JobKind(OWN_DATA, OwnDataOf, _Maker(areas.own_data(), areas.own_files).make)
