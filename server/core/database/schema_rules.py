"""Whether a program and a database's schema belong together."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

# The number of this program. It counts up with each release; a migration names the oldest release that may
# still serve the schema that it makes.
RELEASE = 4


class SchemaFault(StrEnum):
    """Why a program may not serve a database."""

    EMPTY = "empty"
    BEHIND = "behind"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class SchemaState:
    """What a database says of its schema: its newest migration, and the oldest release that may serve it.

    Both are ``None`` in a database without tables. ``oldest_release`` is ``None`` before migration 0012.
    """

    revision: str | None
    oldest_release: int | None


def schema_fault(
    found: SchemaState, *, head: str, known: Collection[str], release: int = RELEASE
) -> SchemaFault | None:
    """Judge a database's schema for a program of a release, whose newest migration is ``head``.

    ``known`` are all migrations of the program. A schema that only a newer program knows is served where its
    migrations say that this release still may: a worker of the release before goes on during an upgrade.
    """
    if found.revision is None:
        return SchemaFault.EMPTY
    if found.revision == head:
        return None
    if found.revision in known:
        return SchemaFault.BEHIND
    if found.oldest_release is None or found.oldest_release > release:
        return SchemaFault.AHEAD
    return None
