"""The names under which devices of people are known: made of a telephone or a user name and a key, and made anew."""

from sqlalchemy import Connection, delete, select

from server.core.database.sealing import telephones
from server.core.database.upsert import Upsert
from server.people.queries.sessions import hashed
from server.people.tables import account, known_device

AT_ONCE = 200
_keep = Upsert(known_device, keys=("whose", "device_id"), take=("seen_at",))


def names_of(connection: Connection, kind: str, name: str) -> list[str]:
    """Give what stands for a number or a user name in the database, under each key at hand; what is new comes first."""
    return telephones.names_of(connection, "person", hashed(f"{kind}:{name}"))


def name_anew(connection: Connection, after: int) -> int | None:
    """Name the devices of some accounts by the key that seals now; gives the last account, ``None`` at the end.

    What is left then belongs to no account, and nobody can find it any more.
    """
    query = (
        select(account.c.id, account.c.phone, account.c.phone_sealed, account.c.username)
        .where(account.c.id > after)
        .order_by(account.c.id)
        .limit(AT_ONCE)
    )
    rows = connection.execute(query).all()
    new_of: dict[str, str] = {}
    for row in rows:
        number = telephones.number(row.phone, row.phone_sealed)
        for kind, name in (("phone", number), ("user", row.username)):
            if name is not None:
                new, *others = names_of(connection, kind, name)
                new_of |= dict.fromkeys({*others, hashed(f"{kind}:{name}")}, new)
    old = known_device.c.whose.in_(list(new_of))
    found = connection.execute(select(known_device).where(old)).all() if new_of else []
    if found:
        named = [
            {"whose": new_of[one.whose], "device_id": one.device_id, "seen_at": one.seen_at} for one in found
        ]
        connection.execute(delete(known_device).where(old))
        _keep.run(connection, list({(one["whose"], one["device_id"]): one for one in named}.values()))
    if rows:
        return int(rows[-1].id)
    current = telephones.current_key(connection)
    connection.execute(delete(known_device).where(known_device.c.whose.not_like(f"{current}.%")))
    return None
