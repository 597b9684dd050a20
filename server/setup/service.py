"""Rosters of a file: their telephones are sealed, and found again by their index."""

from sqlalchemy import Connection

from server.calendar.tables import roster
from server.core.database.sealing import reseal, telephones
from server.places.tables import post
from server.setup import queries as setup_queries
from server.setup.files.district_rows import Parsed
from server.setup.files.new_rows import NewRostered
from server.setup.queries import Counts


def rosters(connection: Connection, district_id: int, parsed: Parsed, *, replace: bool) -> Counts:
    """Bring the rosters of a file in; ``replace``: what it does not repeat goes, at the posts that are in it."""
    posts = setup_queries.known_names(connection, post, district_id)
    accounts = setup_queries.accounts_of_phones(connection, (row.phone for row in parsed.rosters))
    numbers = {
        one: telephones.written(connection, roster, one) for one in {row.phone for row in parsed.rosters}
    }
    rows: list[NewRostered] = [
        {
            "post_id": posts[row.post],
            "account_id": accounts.get(row.phone),
            "phone": numbers[row.phone]["phone"],
            "phone_sealed": numbers[row.phone]["phone_sealed"],
            "phone_index": numbers[row.phone]["phone_index"],
            "name": row.name,
            "category": row.category.value,
            "peak": row.peak.value,
            "weekdays": row.weekdays,
        }
        for row in parsed.rosters
    ]
    key = ("post_id", "phone_index", "peak")
    scope = setup_queries.at_posts({row["post_id"] for row in rows})
    # What was written with another key, or by a program before release 4, would not be found by the index.
    reseal.bring_up(connection, roster, scope)
    counts = setup_queries.upsert(
        connection, roster, rows, key=key, scope=scope, fresh=("phone", "phone_sealed")
    )
    if replace and rows:
        counts += setup_queries.remove_other(connection, roster, rows, key=key, scope=scope)
    return counts
