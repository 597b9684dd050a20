"""Telephones wherever one may stand, what finds them, and all that somebody reads who has the database alone."""

import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select

from deploy.programs import postgres
from server.alarm.queries import units
from server.alarm.tables.joint_response import unit
from server.calendar.queries import rosters
from server.core.database.requests import request as kept_request
from server.core.database.transaction import Store
from server.delivery.queries import deliverability, messages
from server.delivery.queries.messages import Draft
from server.delivery.rules.channels import ChannelName
from server.delivery.tables import message
from server.people.queries import accounts, codes, device_keys, keyed_names
from server.people.queries.sessions import hashed
from server.people.tables import known_device, sign_in_code, ticket
from tests.tools.district import SmallDistrict

NOW = datetime(2026, 11, 23, tzinfo=UTC)
OWN, STRANGER, DESK = "19900000103", "19900007777", "19900097531"
DEVICE = "a-device-of-the-tests"


def fill(connection: Connection, made: SmallDistrict) -> None:
    """Write a telephone wherever one may stand, as the program does."""
    later = NOW + timedelta(hours=1)
    values = {"kind": "fire", "desk": "值班室"}
    units.add(connection, made.district_id, now=NOW, name="消防站", telephone=DESK, **values)  # type: ignore[arg-type]
    codes.keep_code(
        connection, request="r", phone=STRANGER, code="123456", tries=3, now=NOW, expires_at=later
    )
    codes.keep_ticket(connection, token="t", phone=STRANGER, expires_at=later)
    whose = keyed_names.names_of(connection, "phone", OWN)[0]
    device_keys.remember(connection, whose=whose, device_id=DEVICE, now=NOW)
    draft = Draft("sms", "sign_in_code", "code:", "reference", "123456", later, telephone=STRANGER)
    messages.put(connection, [draft], NOW)


def is_whole(store: Store, made: SmallDistrict) -> None:
    """Hold that each look for a telephone finds what it found before."""
    with store.transaction(NOW) as transaction:
        connection = transaction.connection
        own = accounts.by_phone(connection, OWN)
        assert own is not None and (own.id, own.telephone) == (made.guards[1][3], OWN)
        names = keyed_names.names_of(connection, "phone", OWN)
        assert device_keys.is_known(connection, names=names, device_id=DEVICE)
        assert [one.number for one in units.of_district(connection, made.district_id)] == [DESK]
        rosters.match_rosters(connection, account_id=own.id, phone=OWN)
        assert len(rosters.of_account(connection, own.id, NOW)) == 1
        ways = deliverability.to_people(connection, [own.id], open_channels=[ChannelName.SMS], now=NOW)
        assert [one.telephone for one in ways[own.id]] == [OWN]
        due = messages.claim_due(connection, ("sms", False), now=NOW, dead_at=NOW, most=5)
        assert [one.to for one in due] == [STRANGER]
        tried = codes.try_code(connection, request="r", code="000000", now=NOW)
        assert tried.number == STRANGER
        codes.spend_tries(connection, tried, now=NOW)
        assert codes.use_ticket(connection, token="t", now=NOW) == (STRANGER, True)
        assert connection.execute(select(sign_in_code.c.tries_left)).scalar_one() == 0


def fill_in_clear(connection: Connection, made: SmallDistrict) -> None:
    """Write a telephone wherever one may stand, as a program of before did."""
    shared = {"expires_at": NOW + timedelta(hours=1), "used": False}
    connection.execute(
        insert(unit).values(
            district_id=made.district_id,
            name="消防站",
            kind="fire",
            telephone=DESK,
            desk="",
            archived=False,
            changed_at=NOW,
        )
    )
    connection.execute(
        insert(sign_in_code).values(
            request_hash=hashed("r"), phone=STRANGER, code_hash="c", created_at=NOW, tries_left=3, **shared
        )
    )
    connection.execute(insert(ticket).values(token_hash=hashed("t"), phone=STRANGER, **shared))
    connection.execute(
        insert(known_device).values(whose=hashed(f"phone:{OWN}"), device_id=DEVICE, seen_at=NOW)
    )
    _messages_in_clear(connection)
    answer = {"id": 1, "name": "消防站", "kind": "fire", "telephone": DESK, "desk": "", "archived": False}
    connection.execute(
        insert(kept_request).values(account_id=1, request_id="q", body_hash="b", answer=answer, at=NOW)
    )


def _messages_in_clear(connection: Connection) -> None:
    later = NOW + timedelta(hours=1)
    waiting = {
        "channel": "sms",
        "purpose": "sign_in_code",
        "address": STRANGER,
        "reference": "m",
        "body": "1",
        "state": "waiting",
        "created_at": NOW,
        "due_at": NOW,
        "expires_at": later,
    }
    connection.execute(insert(message).values(**waiting))
    connection.execute(
        insert(message).values(
            **waiting | {"state": "sent", "channel": "demo", "body": None, "address": DESK}
        )
    )
    connection.execute(
        insert(message).values(**waiting | {"state": "sent", "channel": "chat", "body": None, "address": "7"})
    )


def everything(store: Store) -> bytes:
    """Give all that somebody reads who has the database: its files, and what a dump writes."""
    url = store.url
    if store.is_sqlite:
        path = Path(url.database or "")
        with closing(sqlite3.connect(path)) as connection:
            dumped = "\n".join(connection.iterdump()).encode()
        files = [
            one.read_bytes() for one in path.parent.glob(f"{path.name}*") if not one.name.endswith(".keys")
        ]
        return b"\n".join([dumped, *files])
    binaries = postgres.find_binaries()
    assert binaries is not None
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([binaries / "pg_dump", address], capture_output=True, check=True).stdout
