"""Making the file of a list: who may have it is asked when it begins, when it is made and when it is fetched."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import AccountStatus, Actor, Category, may
from server.core.database.transaction import Transaction
from server.core.exports import (
    CATEGORIES,
    ROLES,
    ROWS_AT_ONCE,
    STATUSES,
    Cell,
    ExportFormat,
    ExportKind,
    GuardsOnly,
    Key,
    Wish,
)
from server.core.files.long_table import LongTable, Value, write_long_csv, write_long_xlsx
from server.core.jobs.kinds import PIECE_ROWS, Failed, Piece, Work
from server.core.jobs.rules import Failure
from server.core.jobs.tables import Job
from server.core.limits import Limits
from server.core.words import NO, YES, Words
from server.exports import queries
from server.exports.queries import Asker

# An xlsx sheet holds 1,048,576.
MOST_ROWS = 1_000_000
CONTENT_TYPES = {
    # Its own type is longer than the column for it; what opens it goes by the name.
    ExportFormat.XLSX: "application/octet-stream",
    ExportFormat.CSV: "text/csv",
}
MARK = Words(
    "导出人：{role} {user}；时间：{at}；任务编号：{job}；用途：{purpose}",
    "Taken by {role} {user} at {at}, job {job}, for: {purpose}",
)
SPAN = Words("时段：{since} 至 {until}；时间均为 {zone}。", "From {since} until {until}; times are {zone}.")
NO_SPAN = Words("时间均为 {zone}。", "Times are {zone}.")
CARE = Words(
    "含个人信息，仅限上述用途，用毕即删。", "Personal data: for this purpose alone, then to be deleted."
)

NARROWED = Words("仅含：{what}。", "Only: {what}.")
NEVER_SERVED = Words("还没值过班", "never on duty yet")
AWAY = Words("{day} 请假", "away on {day}")
JsonValue = str | int | bool


class Scope(TypedDict):
    """Role and place of whoever asks for a list: they must still be the same when it is made and when it is fetched."""

    role: str
    district_id: int
    station_id: int | None
    school_id: int | None


@dataclass(frozen=True, slots=True)
class ExportOf:
    """What was asked for, and the role and scope that whoever asked had then; times are ISO."""

    since: str | None
    until: str | None
    format: str
    language: str
    with_telephones: bool
    role: str
    district_id: int
    station_id: int | None
    school_id: int | None

    @property
    def scope(self) -> Scope:
        """Give the role and place that whoever asked had then."""
        return {
            "role": self.role,
            "district_id": self.district_id,
            "station_id": self.station_id,
            "school_id": self.school_id,
        }


@dataclass(frozen=True, slots=True)
class NarrowedExport(ExportOf):
    """What was asked for, narrowed to some people: JSON values by the names of ``GuardsOnly``, what is set alone.

    A list of all is kept as an ``ExportOf``: a server of an earlier release makes it, and fails a narrowed one.
    """

    only: Mapping[str, JsonValue] | None = None

    @property
    def guards(self) -> GuardsOnly | None:
        """Give to whom the list is narrowed."""
        if self.only is None:
            return None
        status, category, school_id, day = (
            self.only.get(name) for name in ("status", "category", "school_id", "away_on")
        )
        return GuardsOnly(
            status=AccountStatus(str(status)) if status else None,
            category=Category(str(category)) if category else None,
            school_id=int(school_id) if school_id else None,
            never_served="never_served" in self.only,
            away_on=date.fromisoformat(str(day)) if day else None,
        )


def kept_of(only: GuardsOnly) -> Mapping[str, JsonValue]:
    """Write down to whom a list is narrowed, for ``NarrowedExport``."""
    found: dict[str, JsonValue | None] = {
        "status": only.status.value if only.status else None,
        "category": only.category.value if only.category else None,
        "school_id": only.school_id,
        "never_served": only.never_served or None,
        "away_on": only.away_on.isoformat() if only.away_on else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def job_kind(kind: ExportKind) -> str:
    """Give the name of the job that makes a list."""
    return f"export_{kind.name.value}"


def scope_of(actor: Actor) -> Scope:
    """Give the role of an actor, and the place that it is over."""
    return {
        "role": actor.role.value,
        "district_id": actor.district_id,
        "station_id": actor.station_id,
        "school_id": actor.school_id,
    }


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes and guards the files of one kind of list."""

    kind: ExportKind

    def may_have(self, connection: Connection, account_id: int | None, asked: ExportOf) -> Asker | None:
        """Give who asked, where he may still have what he asked for; read from the database."""
        found = queries.asker(connection, account_id) if account_id is not None else None
        if found is None or scope_of(found.actor) != asked.scope:
            return None
        acts = [self.kind.act]
        if asked.with_telephones and self.kind.telephones is not None:
            acts.append(self.kind.telephones)
        return found if all(may(found.actor, act) for act in acts) else None

    def may_fetch(self, connection: Connection, _actor: Actor, job: Job) -> bool:
        """Tell whether who asked may have the file now: nobody who was erased since stands in it with his number."""
        asked = NarrowedExport(**job.parameters)  # type: ignore[arg-type]
        if job.account_id is None or self.may_have(connection, job.account_id, asked) is None:
            return False
        if not asked.with_telephones:
            return True
        row_id = queries.row_of_looks(connection, job.account_id, job.id, job.asked_at)
        return row_id is None or not queries.shows_erased(connection, row_id)

    def make(self, work: Work, asked: NarrowedExport) -> None:
        """Read the list a page at a time into a file, then hand over whose telephones stand in it."""
        with work.read() as connection:
            asker = self._allowed(connection, work.job, asked)
            narrowed = _narrowed(connection, asked)
            span = (_moment(asked.since), _moment(asked.until))
            wish = Wish(asker.actor, *span, asked.with_telephones, asked.guards)
            total = self.kind.count(connection, wish)
        if total > MOST_ROWS:
            raise Failed(Failure.TOO_MANY_ROWS)
        seen: list[int] = []
        table = self._table(work, asked, asker, narrowed, self._rows(work, asked, wish, total, seen))
        form = ExportFormat(asked.format)
        day = work.now().astimezone(ZoneInfo(asker.time_zone)).strftime("%Y%m%d")
        called = f"huxue-{self.kind.name.value}-{day}-{work.job.id}.{form.value}"
        with work.file(called, CONTENT_TYPES[form]) as out:
            (write_long_xlsx if form == ExportFormat.XLSX else write_long_csv)(out, table)
        for start in range(0, len(seen), PIECE_ROWS):
            work.hand_over([{"account_id": one} for one in seen[start : start + PIECE_ROWS]])

    def write(self, transaction: Transaction, _limits: Limits, job: Job, rows: Piece) -> None:
        """Record a look at some people whose telephones stand in the file: one row of the log for a job."""
        connection, actor_id = transaction.connection, job.account_id
        assert actor_id is not None
        seen = [one for one in (row["account_id"] for row in rows) if isinstance(one, int)]
        row_id = queries.row_of_looks(connection, actor_id, job.id, job.asked_at)
        if row_id is None:
            audit.record(
                connection,
                now=transaction.now,
                actor_id=actor_id,
                act="export.telephones",
                facts={"export": job.kind, "job_id": job.id, "purpose": job.purpose},
                seen=seen,
            )
        else:
            queries.add_looks(connection, row_id, actor_id, seen)

    def _allowed(self, connection: Connection, job: Job, asked: ExportOf) -> Asker:
        found = self.may_have(connection, job.account_id, asked)
        if found is None:
            raise Failed(Failure.NOT_ALLOWED)
        return found

    def _rows(
        self, work: Work, asked: NarrowedExport, wish: Wish, total: int, seen: list[int]
    ) -> Iterator[list[Value]]:
        after: Key | None = None
        done = 0
        while True:
            with work.read() as connection:
                # Rights that end in the middle end the list.
                zone = ZoneInfo(self._allowed(connection, work.job, asked).time_zone)
                page = self.kind.rows(connection, wish, after)
            for row in page:
                yield [_text(cell, zone, asked.language) for cell in row.cells]
                if row.telephone_of is not None:
                    seen.append(row.telephone_of)
            done += len(page)
            if done > MOST_ROWS:
                raise Failed(Failure.TOO_MANY_ROWS)
            work.progress(min(done, total), total)
            if len(page) < ROWS_AT_ONCE:
                return
            after = page[-1].key

    def _table(
        self, work: Work, asked: NarrowedExport, asker: Asker, narrowed: str, rows: Iterator[list[Value]]
    ) -> LongTable:
        language, zone = asked.language, ZoneInfo(asker.time_zone)
        role = ROLES[asker.actor.role].of(language)
        mark = MARK.of(language).format(
            role=role,
            user=asker.username or f"#{asker.actor.account_id}",
            at=_text(work.now(), zone, language),
            job=work.job.id,
            purpose=work.job.purpose or "",
        )
        span = (SPAN if asked.since else NO_SPAN).of(language)
        told = span.format(
            since=_text(_moment(asked.since), zone, language),
            until=_text(_moment(asked.until), zone, language),
            zone=asker.time_zone,
        )
        return LongTable(
            title=self.kind.title.of(language),
            marks=(mark, f"{told} {narrowed}{CARE.of(language)}"),
            headings=[(one.heading.of(language), one.width) for one in self.kind.columns],
            rows=rows,
        )


def _narrowed(connection: Connection, asked: NarrowedExport) -> str:
    """Say to whom a list is narrowed, for the head of its file; empty for a list of all."""
    only = asked.guards
    if only is None:
        return ""
    told = [
        STATUSES[only.status] if only.status else None,
        CATEGORIES[only.category] if only.category else None,
        queries.school_named(connection, only.school_id) if only.school_id else None,
        NEVER_SERVED if only.never_served else None,
        AWAY.of(asked.language).format(day=only.away_on.isoformat()) if only.away_on else None,
    ]
    said = [one.of(asked.language) if isinstance(one, Words) else one for one in told if one]
    return f"{NARROWED.of(asked.language).format(what=' · '.join(said))} " if said else ""


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _text(cell: Cell, zone: ZoneInfo, language: str) -> Value:
    if isinstance(cell, Words):
        return cell.of(language)
    if isinstance(cell, bool):
        return (YES if cell else NO).of(language)
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return cell.isoformat() if isinstance(cell, date) else cell
