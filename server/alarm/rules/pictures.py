"""How many pictures and clips an alarm takes, and how long they are kept."""

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
    """Settings of pictures and clips; each picture is 1 MB at most, so that an alarm's are 30 MB and previews."""

    days: int = 365
    of_one: int = 6
    of_alarm: int = 30
    clips_of_one: int = 3
    clip_bytes: int = 40 * 10**6

    @property
    def clips_of_alarm(self) -> int:
        """Those of five people."""
        return 5 * self.clips_of_one


def check_room(senders: Sequence[int], account_id: int, limits: PictureLimits, *, clips: bool) -> None:
    """Let one more picture (or clip) come to an alarm that has one of each of ``senders``.

    Raises ``Refused``: ``pictures_enough`` or ``clips_enough`` (facts: most, whose: ``own`` or ``all``).
    """
    code = "clips_enough" if clips else "pictures_enough"
    of_one = limits.clips_of_one if clips else limits.of_one
    of_alarm = limits.clips_of_alarm if clips else limits.of_alarm
    if sum(one == account_id for one in senders) >= of_one:
        raise Refused(code, most=of_one, whose="own")
    if len(senders) >= of_alarm:
        raise Refused(code, most=of_alarm, whose="all")
