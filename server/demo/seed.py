"""Writing the demo district into a database, and only into one that holds nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, literal, select, text, true, union_all

from server.areas import metadata
from server.calendar.files import holidays
from server.calendar.queries import days
from server.calendar.service import years
from server.core import audit
from server.core.database.base import UtcTime
from server.core.database.sealing import telephones
from server.core.database.transaction import Store
from server.delivery.rules.channels import ChannelName
from server.delivery.tables import hook, last_reached
from server.demo.attendance import keep_attendance
from server.demo.consent_texts import keep_consent_texts
from server.demo.district import DISTRICT_ID, SEED, ZONE, make_district
from server.demo.exercises import keep_exercises
from server.demo.people import Row
from server.demo.rosters import keep_rosters
from server.demo.units import keep_units
from server.people.rules.consent_texts import BUILT_IN_VERSION, CONSENT_KINDS
from server.people.tables import account, consent
from server.places.rules.days import NATIONAL, SATURDAY, DaySource
from server.places.tables import district

# Weekends that count as school days, so that the demo plays on every day of the week.
# A start of the demo keeps it going: each weekend beyond would stand in the calendar as one that is made up for.
DAYS_BACK, DAYS_AHEAD = 7, 28
ROWS_AT_ONCE = 5_000
# The kinds of an import, each with its table.
IMPORTED = {"stations": "station", "schools": "school", "posts": "post", "peaks": "peak", "rosters": "roster"}
# One guard of so many was never reached by any channel.
NEVER_REACHED_OF = 60
# In demo mode nothing is ever called.
ROOMS = (
    {
        "channel": "chat",
        "format": "wecom",
        "name": "区指挥群",
        "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=demo",
        "secret": None,
    },
    {
        "channel": "webhook",
        "format": "plain",
        "name": "接警系统",
        "url": "https://receiver.example/huxue/demo",
        "secret": "a key of the demo, of at least 32 characters",
    },
)


class NotADemo(Exception):
    """The database holds a real district; nothing of the demo may touch it."""


def _silent(_text: str) -> None:
    """Say nothing."""


def seed(
    store: Store, *, now: datetime, number: int = SEED, progress: Callable[[str], None] = _silent
) -> bool:
    """Make the demo district when it is missing, and keep its calendar going; tell whether it was made.

    ``progress`` is given a line of text now and then. Raises ``NotADemo``.
    """
    with store.read() as connection:
        found = list(connection.execute(select(district.c.demo)).scalars())
    if not all(found):
        raise NotADemo("this database holds a district that is not a demo's")
    if not found:
        progress("inventing the district …")
        tables = make_district(number).tables()
        with store.transaction(now) as transaction:
            for name, rows in tables.items():
                _fill(transaction.connection, name, rows, progress)
            counts = {kind: [len(tables[table]), 0, 0] for kind, table in IMPORTED.items()}
            audit.record(transaction.connection, now=now, actor_id=None, act="import", facts=counts)
            transaction.publish("directory.changed", {}, ())
    with store.transaction(now) as transaction:
        _give_consents(transaction.connection)
        keep_consent_texts(transaction.connection, district_id=DISTRICT_ID, zone=ZONE, now=now)
        _give_channels(transaction.connection, now)
        _keep_school_days(transaction.connection, now)
        keep_units(transaction.connection, DISTRICT_ID, now)
    keep_attendance(store, district_id=DISTRICT_ID, zone=ZONE, now=now)
    keep_rosters(store, district_id=DISTRICT_ID, zone=ZONE, now=now)
    keep_exercises(store, district_id=DISTRICT_ID, zone=ZONE, now=now)
    return not found


def _fill(connection: Connection, name: str, rows: list[Row], progress: Callable[[str], None]) -> None:
    table = metadata.tables[name]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        for number in telephones.with_number(table):
            some = [row | telephones.written(connection, table, row[number], name=number) for row in some]
        connection.execute(insert(table), some)
        progress(f"{name}: {min(start + ROWS_AT_ONCE, len(rows)):,} of {len(rows):,}")
    if connection.dialect.name == "postgresql" and "id" in rows[0]:
        # Rows that brought their own numbers did not move the sequence that gives the next one.
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
            {"name": name, "last": rows[-1]["id"]},
        )


def _give_consents(connection: Connection) -> None:
    """Let the invented guards agree to what a real one is asked; who was asked himself is left alone."""
    kinds = [select(literal(kind).label("kind")) for kind in CONSENT_KINDS]
    each = union_all(*kinds).subquery()
    asked = select(consent.c.id).where(consent.c.account_id == account.c.id).exists()
    given = (
        select(account.c.id, each.c.kind, literal(BUILT_IN_VERSION), account.c.registered_at)
        .join_from(account, each, true())
        .where(account.c.role == "guard", ~asked)
    )
    connection.execute(insert(consent).from_select(["account_id", "kind", "version", "given_at"], given))


def _give_channels(connection: Connection, now: datetime) -> None:
    """Let an SMS have reached most of the invented guards lately, and let two rooms hear of alarms.

    A few were never reached: so the list before a peak has something to show.
    """
    if connection.execute(select(hook.c.id).limit(1)).first() is None:
        common = {"district_id": DISTRICT_ID, "enabled": True, "changed_at": now, "failures": 0}
        connection.execute(insert(hook), [common | room for room in ROOMS])
    reached = select(last_reached.c.account_id).where(last_reached.c.account_id == account.c.id).exists()
    most = select(account.c.id, literal(ChannelName.SMS.value), literal(now, UtcTime)).where(
        account.c.role == "guard", account.c.id % NEVER_REACHED_OF != 0, ~reached
    )
    connection.execute(insert(last_reached).from_select(["account_id", "channel", "at"], most))


def _keep_school_days(connection: Connection, now: datetime) -> None:
    """Let there be school each day: weekends and the nation's days off too; what somebody has set stays."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    window = [today + timedelta(days=step) for step in range(-DAYS_BACK, DAYS_AHEAD)]
    there = days.between(connection, DISTRICT_ID, None, window[0], window[-1])
    off = {on for year in {window[0].year, window[-1].year} for on in holidays.of_library(year) or {}}
    rows = [
        {
            **years.over(there.get(on), on),
            "school_day": True,
            "source": DaySource.DEMO.value,
            "changed_at": now,
        }
        for on in window
        if (on.weekday() >= SATURDAY or on in off) and (on not in there or there[on].source in NATIONAL)
    ]
    days.put(connection, DISTRICT_ID, None, rows)
