"""How many people somebody's lists tell him to be registered elsewhere: some, and then none for a day.

Whoever types a telephone learns of a few that its owner is registered, and nothing else of him: the district moves him.
Told of as many as one likes, a list would be a way to try out telephones.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from server.core import audit
from server.core.database.transaction import Transaction
from server.people.rules.imports import ELSEWHERE_TOLD, ELSEWHERE_WITHIN


@dataclass(frozen=True, slots=True)
class Told:
    """Of whom somebody was told within a day, and whether a list of his was refused for asking of more."""

    people: frozenset[int]
    enough: bool

    def allows(self, people: Collection[int]) -> bool:
        """Tell whether a list may say of some people that they are registered elsewhere, or may be read at all."""
        return not self.enough and len(self.people | set(people)) <= ELSEWHERE_TOLD


def told_lately(connection: Connection, account_id: int, now: datetime) -> Told:
    """Read of whom somebody was told."""
    facts = audit.facts_since(connection, account_id, "guards.import_elsewhere", now - ELSEWHERE_WITHIN)
    people = [one for fact in facts for one in _numbers(fact.get("account_ids"))]
    return Told(frozenset(people), any("account_ids" not in fact for fact in facts))


def _numbers(found: object) -> list[int]:
    return [one for one in found if isinstance(one, int)] if isinstance(found, list) else []


def note(
    transaction: Transaction, by: int, people: Collection[int], facts: Mapping[str, object] | None = None
) -> None:
    """Write down of whom somebody is told; nobody: that he asked of too many. Each of them is shown the look."""
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=by,
        act="guards.import_elsewhere",
        facts={**(facts or {}), **({"account_ids": sorted(people)} if people else {})},
        seen=people,
    )
