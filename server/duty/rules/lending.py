"""A post lends somebody to another one in peace: how many it can spare, and whose word lets it fall short."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from server.core.access.roles import Role
from server.core.refused import Refused


class LendState(StrEnum):
    """How far it has come: somebody is asked, is on his way, has arrived, does not come, or it is over."""

    ASKED = "asked"
    COMING = "coming"
    ARRIVED = "arrived"
    DECLINED = "declined"
    OVER = "over"


GOES_ON = (LendState.ASKED, LendState.COMING)
# Alone may leave a post below its composition.
BY_WORD = frozenset({Role.DISPATCHER})


class OwnLending(TypedDict):
    """Where somebody on duty is asked to go, or goes."""

    id: int
    post_name: str
    latitude: float
    longitude: float
    distance_m: float
    state: str


@dataclass(frozen=True, slots=True)
class Spare:
    """A post's heads of a group: on duty, required, and those who are on their way elsewhere and count here still."""

    present: int
    required: int
    leaving: int

    @property
    def heads(self) -> int:
        """Give how many it can spare; below 0 where it lacks some."""
        return self.present - self.leaving - self.required


def spare_of(present: Mapping[str, int], required: Mapping[str, int], group: str, leaving: int) -> Spare:
    """Give what a post has to spare of a group."""
    return Spare(present.get(group, 0), required.get(group, 0), leaving)


def require_spare(spare: Spare, word: str | None) -> None:
    """Let one head leave a post that keeps its composition, or by a dispatcher's word.

    Raises ``Refused``: ``post_falls_below``.
    """
    if spare.heads < 1 and not word:
        raise Refused("post_falls_below")


def require_goes_on(state: str) -> None:
    """Let an answer, or its end, come while somebody is asked or on his way. Raises ``Refused``: ``lending_over``."""
    if state not in {one.value for one in GOES_ON}:
        raise Refused("lending_over")


def require_word_of(role: Role, word: str | None) -> None:
    """Let a dispatcher alone give his word. Raises ``Refused``: ``not_your_role``."""
    if word and role not in BY_WORD:
        raise Refused("not_your_role", act="lend_below")
