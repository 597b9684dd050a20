"""How many pictures an alarm takes, and how long they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from server.core.refused import Refused

# A file that was begun and not finished within this time is swept away.
BEGUN_FOR = timedelta(hours=1)
# Longer than any setting: the row of a picture ends its files.
FILES_END = timedelta(days=7300)


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """Settings of pictures; each is 1 MB at most, so that an alarm's are 30 MB and previews."""

    days: int = 365
    of_one: int = 6
    of_alarm: int = 30


def check_room(senders: Sequence[int], account_id: int, limits: PictureLimits) -> None:
    """Let one more picture come to an alarm that has one of each of ``senders``.

    Raises ``Refused("pictures_enough")`` (facts: most, whose: ``own`` or ``all``).
    """
    if sum(one == account_id for one in senders) >= limits.of_one:
        raise Refused("pictures_enough", most=limits.of_one, whose="own")
    if len(senders) >= limits.of_alarm:
        raise Refused("pictures_enough", most=limits.of_alarm, whose="all")
