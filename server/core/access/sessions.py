"""A session as every route needs it; the area ``people`` keeps them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection

from server.core.access.roles import AccountStatus, Actor, Role

# What a process keeps of sessions (``server/core/database/kept_rows.py``).
KEPT_SESSION = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """A session, ended or not, with its account."""

    actor: Actor
    csrf_token: str
    expires_at: datetime
    ended_at: datetime | None
    # When its owner last proved who he is: by the sign-in, or by his password since; of who has none: never asked.
    proved_at: datetime | None


class RoomEvent(TypedDict):
    """An event as it goes into a room; what is in its data its name decides."""

    id: int
    name: str
    data: Mapping[str, object]


# Finds a session by the token in its cookie.
FindSession = Callable[[Connection, str], Session | None]
# Gives for each of some sessions the room in which its page belongs by now; none for those that ended.
RoomsOfSessions = Callable[[Connection, Collection[int], datetime], dict[int, str]]
# Gives the events of an account's own room as its page may see them by now.
AsSeen = Callable[[Connection, list[RoomEvent], Actor], list[RoomEvent]]


def waits(role: str, status: str) -> bool:
    """Tell whether somebody is to be let in first; a guard whom nobody approved may check in."""
    return status == AccountStatus.PENDING and role != Role.GUARD
