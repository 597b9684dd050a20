"""Being erased: by oneself, or by whoever runs the district's server."""

from datetime import datetime
from typing import TypedDict

from server.core.access.roles import Act, Actor, Role, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.queries import accounts
from server.people.service import erasing


class Erased(TypedDict):
    """The account is closed, and its person will be erased within minutes."""

    erased: bool


def erase_oneself(store: Store, *, actor: Actor, limits: Limits, now: datetime) -> Erased:
    """Close the actor's account for ever and have him erased; its sessions end, so that a retry finds none.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``erasure_hindered``.
    """
    require(actor, Act.ERASE_ONESELF)
    with store.transaction(now) as transaction:
        erasing.ask(transaction, actor.account_id, limits, by=actor.account_id)
    return {"erased": True}


def erase_guard(store: Store, *, account_id: int, limits: Limits, now: datetime) -> None:
    """Have a guard erased who asked the district for it. Raises ``Refused``: ``unknown_user``, ``erasure_hindered``."""
    with store.transaction(now) as transaction:
        found = accounts.by_id(transaction.connection, account_id)
        if found is None or found.role != Role.GUARD:
            raise Refused("unknown_user")
        erasing.ask(transaction, account_id, limits, by=None)
