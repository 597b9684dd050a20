"""Queues of PostgreSQL for things that have no row to lock; SQLite has one writer anyway.

Whoever needs several takes them in the order of ``Queue``, with the alarm's row after ``POST``, so that
nobody waits in a circle. The event log's lock always comes last.
"""

from enum import IntEnum

from sqlalchemy import Connection, text


class Queue(IntEnum):
    """What is waited for: a new telephone, an account's one alarm, the alarms around a post, a choice of people.

    The last is to be the first administrator of a server.
    """

    TELEPHONE = 0
    ACCOUNT = 1
    POST = 2
    CHOICE = 3
    FIRST_START = 4


def wait_in(connection: Connection, queue: Queue, number: int) -> None:
    """Wait until no other transaction is in the queue of that number, and hold it until the commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:queue, :number)"),
            {"queue": int(queue), "number": number % 2**31},
        )
