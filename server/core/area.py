"""What an area brings to the server: one object of this type, which ``server.areas`` lists."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask_smorest import Blueprint
from marshmallow import Schema
from sqlalchemy import Column, Connection, Delete, Table

from server.core.access.roles import Actor
from server.core.access.sessions import AsSeen, FindSession, RoomEvent, RoomsOfSessions, Session
from server.core.clock.duty import Duty
from server.core.database.due_times import DueTime
from server.core.database.event_circles import CirclesOf, Reduce
from server.core.database.event_tailors import Tailor
from server.core.database.reactions import Reaction, Reactions
from server.core.database.sealing.reseal import NameAnew
from server.core.database.short_events import Shortener
from server.core.database.transaction import Store, Transaction
from server.core.exports import ExportKind
from server.core.jobs.kinds import AnyKind
from server.core.kept_data import KeptData, old_rows
from server.core.limits import Limits
from server.core.own_data import OwnFile, OwnPart
from server.core.settings import ServerSettings

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class ProcessPart:
    """An object that an area needs once a process, and the task that it runs in the background."""

    thing: object
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure for monitoring, read from a process's parts."""

    name: str
    sentence: str
    read: Callable[[Any], float]


def on(fact: type[Fact], react: Callable[[Transaction, Fact], object]) -> tuple[type, Reaction]:
    """Say what an area does, in the same transaction, when a fact is announced."""
    return fact, react


@dataclass(frozen=True, slots=True)
class Area:
    """One area, by its name; all else it may bring or not.

    ``commands`` names the module of its ``flask`` commands, imported when one is asked for. ``duties`` are the clock's,
    made once a process. ``event_shorteners`` make of events what pages hear that ask for what changed alone.
    ``whole_states`` name those of which a later one stands for all before it, and the key of what they are about.
    ``event_reducers`` make of events what those of a circle hear who hear less; ``circles_of`` gives an account's.
    ``kept`` says of each kind of data what it is for and how long it stays; retention deletes by it, in its order.
    ``written_by_an_alarm`` are tables that must take a write before a process counts as ready; ``evidence`` those
    whose rows prove that the audit log cannot be empty. ``audit_names`` are the columns with the names of what the
    facts of audit rows point to, by fact. ``audit_checks`` verify what is only ever added to, print what they found and
    tell whether something was changed. ``parts`` are what a process of the area needs, made with the store and the
    clock, and their background tasks. ``name_anew`` names anew what is named by a telephone and a key.
    ``job_kinds`` are the kinds of its long work, which may need to know what the other areas bring. ``own_data`` are
    the tables that hold something of a person, as he gets it; ``not_own_data`` says of each other column that names an
    account why nobody gets its rows. ``own_files`` are the files that an account sent. ``exports`` are the lists that
    consoles may take as a file.
    """

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    only_in_demo: bool = False
    commands: str | None = None
    duties: Callable[[Store, Limits], Sequence[Duty]] | None = None
    reactions: tuple[tuple[type, Reaction], ...] = ()
    event_payloads: Mapping[str, type[Schema]] | None = None
    event_tailors: Mapping[str, Tailor] | None = None
    event_shorteners: Mapping[str, Shortener] | None = None
    whole_states: Mapping[str, str] | None = None
    event_reducers: Mapping[str, Reduce] | None = None
    circles_of: CirclesOf | None = None
    events_as_seen: AsSeen | None = None
    due_times: tuple[DueTime, ...] = ()
    kept: tuple[KeptData, ...] = ()
    written_by_an_alarm: tuple[Table, ...] = ()
    evidence: tuple[Table, ...] = ()
    audit_names: Mapping[str, Column[Any]] | None = None
    audit_checks: tuple[Callable[[Connection], bool], ...] = ()
    find_session: FindSession | None = None
    rooms_of_sessions: RoomsOfSessions | None = None
    parts: Callable[[Store, Callable[[], datetime]], Sequence[ProcessPart]] | None = None
    gauges: tuple[Gauge, ...] = ()
    name_anew: NameAnew | None = None
    job_kinds: "Callable[[Areas], Sequence[AnyKind]] | None" = None
    own_data: tuple[OwnPart, ...] = ()
    own_files: Callable[[Connection, int], Sequence[OwnFile]] | None = None
    not_own_data: Mapping[Column[Any], str] | None = None
    exports: tuple[ExportKind, ...] = ()


class Areas:
    """All areas of a server, the lowest first."""

    def __init__(self, areas: Collection[Area]) -> None:
        self._areas = tuple(areas)

    def __iter__(self) -> Iterator[Area]:
        return iter(self._areas)

    def from_the_top(self) -> Iterator[Area]:
        """Give the areas, those first that others do not know."""
        return reversed(self._areas)

    def reactions(self) -> Reactions:
        """Give what reacts to facts, the lowest area first."""
        return Reactions(pair for area in self for pair in area.reactions)

    def blueprints(self, *, demo: bool) -> list[Blueprint]:
        """Give the routes; those of the demo only where it is one."""
        return [one for area in self if demo or not area.only_in_demo for one in area.blueprints]

    def duties(self, store: Store, limits: Limits) -> list[Duty]:
        """Make the duties of the clock: what moves alarms comes first."""
        return [duty for area in self.from_the_top() if area.duties for duty in area.duties(store, limits)]

    def old_rows(self, settings: ServerSettings, now: datetime) -> list[Delete]:
        """Give what retention deletes, nothing before what refers to it."""
        return [one for area in self.from_the_top() for one in old_rows(area.kept, settings, now)]

    def kept(self) -> list[KeptData]:
        """Give what is kept of people, what they ask for first at the head."""
        return sorted((kind for area in self for kind in area.kept), key=lambda kind: kind.order)

    def due_times(self) -> list[DueTime]:
        """Give the columns of times that move along when the machine's clock jumps."""
        return [one for area in self for one in area.due_times]

    def job_kinds(self) -> dict[str, AnyKind]:
        """Give the kinds of long work, by name."""
        return {kind.name: kind for area in self if area.job_kinds for kind in area.job_kinds(self)}

    def own_data(self) -> list[OwnPart]:
        """Give what is held of a person, the lowest area's first."""
        return [part for area in self for part in area.own_data]

    def own_files(self, connection: Connection, account_id: int) -> list[OwnFile]:
        """Give the files that an account sent."""
        return [one for area in self if area.own_files for one in area.own_files(connection, account_id)]

    def exports(self) -> list[ExportKind]:
        """Give the lists that consoles may take as a file."""
        return [one for area in self for one in area.exports]

    def audit_names(self) -> dict[str, Column[Any]]:
        """Give the columns with the names of what audit rows point to."""
        return {fact: column for area in self for fact, column in (area.audit_names or {}).items()}

    def event_payloads(self) -> dict[str, type[Schema]]:
        """Give the schema of each event's data, by the event's name."""
        return {name: schema for area in self for name, schema in (area.event_payloads or {}).items()}

    def event_tailors(self) -> dict[str, Tailor]:
        """Give what makes of an event's data what one room hears of it, by the event's name."""
        return {name: tailor for area in self for name, tailor in (area.event_tailors or {}).items()}

    def event_shorteners(self) -> dict[str, Shortener]:
        """Give how events are told short, by the event's name."""
        return {name: made for area in self for name, made in (area.event_shorteners or {}).items()}

    def whole_states(self) -> dict[str, str]:
        """Give the key of what events carry the whole state of, by the event's name."""
        return {name: key for area in self for name, key in (area.whole_states or {}).items()}

    def event_reducers(self) -> dict[str, Reduce]:
        """Give what is heard of events by those of a circle who hear less, by the event's name."""
        return {name: made for area in self for name, made in (area.event_reducers or {}).items()}

    def circles_of(self) -> list[CirclesOf]:
        """Give what tells to which circles an account belongs."""
        return [area.circles_of for area in self if area.circles_of]

    def audit_checks(self) -> list[Callable[[Connection], bool]]:
        """Give what verifies what is only ever added to."""
        return [check for area in self for check in area.audit_checks]

    def evidence(self) -> list[Table]:
        """Give the tables whose rows prove that the audit log cannot be empty."""
        return [table for area in self for table in area.evidence]

    def written_by_an_alarm(self) -> list[Table]:
        """Give the tables that must take a write before a process counts as ready."""
        return [table for area in self for table in area.written_by_an_alarm]

    def gauges(self) -> list[Gauge]:
        """Give the figures for monitoring."""
        return [gauge for area in self for gauge in area.gauges]

    def name_anew(self) -> tuple[NameAnew, ...]:
        """Give what names anew what is named by telephones and keys."""
        return tuple(area.name_anew for area in self if area.name_anew)

    def find_session(self, connection: Connection, token: str) -> Session | None:
        """Find a session by the token in its cookie."""
        found = (area.find_session(connection, token) for area in self if area.find_session)
        return next((one for one in found if one is not None), None)

    def rooms_of_sessions(
        self, connection: Connection, sessions: Collection[int], now: datetime
    ) -> dict[int, str]:
        """Give for each of some sessions the room in which its page belongs by now."""
        rooms: dict[int, str] = {}
        for area in self:
            if area.rooms_of_sessions is not None:
                rooms |= area.rooms_of_sessions(connection, sessions, now)
        return rooms

    def parts(self, store: Store, now: Callable[[], datetime]) -> list[ProcessPart]:
        """Make what a process of each area needs."""
        return [part for area in self if area.parts for part in area.parts(store, now)]

    def events_as_seen(
        self, connection: Connection, events: list[RoomEvent], actor: Actor
    ) -> list[RoomEvent]:
        """Give the events of an account's own room as its page may see them by now."""
        for area in self:
            if area.events_as_seen is not None:
                events = area.events_as_seen(connection, events, actor)
        return events
