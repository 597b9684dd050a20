"""The first administrator of a server: the one-time link that a start prints, and when a server still takes it.

The link's secret is made of the time when it ends and a keyed index of that time, so it stands in no table: whoever has
the database without the keys cannot make one, and all processes of a server know each other's.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypedDict

# The whole secret; a longer one is none of ours.
LONGEST_TOKEN = 80
LASTS = timedelta(hours=24)
# What the keyed index is of: an index of the same text for something else is another one.
INDEX_KIND, INDEX_BYTES = "first start", 32


@dataclass(frozen=True, slots=True)
class ReadToken:
    """What a secret says of itself: until when it lasts, and the index that proves it (``KEY.TEXT``)."""

    ends_at: datetime
    index: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a database has: whether it ever had an administrator, and its districts with whether it is the demo's."""

    administrator: bool
    districts: int
    demo: bool


class FirstStartView(TypedDict):
    """What the page is told: the district that is there already, and until when the link lasts."""

    district_name: str | None
    ends_at: str


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """Who is to be the first administrator, and what the district is to be called where there is none."""

    name: str
    username: str
    password: str
    district_name: str


def takes_first(found: Found, *, separate: bool) -> bool:
    """Tell whether a first administrator may be made by the link.

    Not where somebody ever was one, closed or not, nor where several districts leave open whose he would be. Where the
    three roles are ``separate`` the first one to make is the security administrator, by a command.
    """
    return not found.administrator and not found.demo and found.districts <= 1 and not separate


def indexed(ends_at: datetime) -> str:
    """Give the text that a secret's index is of."""
    return str(int(ends_at.timestamp()))


def written(ends_at: datetime, index: str) -> str:
    """Write a secret: letters, digits, hyphens and underscores."""
    key, _, proof = index.partition(".")
    return f"{indexed(ends_at)}-{key}-{proof}"


def read(token: str) -> ReadToken | None:
    """Read a secret of the form of ``written``; whether its index is right is not looked at."""
    ends, _, rest = token.partition("-")
    key, _, proof = rest.partition("-")
    if len(token) > LONGEST_TOKEN or not (ends.isascii() and ends.isdecimal() and len(ends) <= 10):
        return None
    if not key or not proof or not proof.isascii():
        return None
    return ReadToken(datetime.fromtimestamp(int(ends), UTC), f"{key}.{proof}")


def lasts(ends_at: datetime, now: datetime) -> bool:
    """Tell whether a link still lasts."""
    return now < ends_at


def announced(public_url: str, token: str) -> str:
    """Say in one line, in both languages, where the first administrator is made.

    The secret stands behind ``#``: browsers send it to nobody, so it is in no access log.
    """
    address = f"{public_url.rstrip('/')}/console/setup#{token}"
    hours = int(LASTS.total_seconds() // 3600)
    return (
        "还没有管理员，请用此链接建立（一次有效，"
        f"{hours} 小时内）· nobody administers this server yet; make the first administrator here "
        f"(once, within {hours} h): {address}"
    )
