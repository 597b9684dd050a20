"""Names of events, and who hears what happens at a post."""

from collections.abc import Iterable
from enum import StrEnum

from server.core.access.rooms import account_room, district_room, school_room, station_room


class EventName(StrEnum):
    """Past-tense facts in the event log; each carries the full state that a client needs."""

    COVERAGE_CHANGED = "coverage.changed"
    # ``coverage.changed`` as pages hear it that ask for what changed alone; never in the log by this name.
    POST_CHANGED = "post.changed"
    ALARM_CHANGED = "alarm.changed"
    GUARD_CHANGED = "guard.changed"
    CHECK_IN_CHANGED = "check_in.changed"
    CHANNEL_TEST_SENT = "channel_test.sent"
    DRILL_CHANGED = "drill.changed"
    DEVICE_TEST_CHANGED = "device_test.changed"
    JOB_CHANGED = "job.changed"
    ROSTER_PUBLISHED = "roster.published"
    PLACES_CHANGED = "places.changed"
    DUTY_ANSWERED = "duty.answered"


def rooms_for_post(
    *, district_id: int, station_id: int, school_id: int, account_ids: Iterable[int | None] = ()
) -> tuple[str, ...]:
    """Give the rooms that hear of a post: its three scopes and the accounts that take part, each once.

    ``None`` among the accounts (an alarm without a known raiser) is left out.
    """
    known = sorted({account_id for account_id in account_ids if account_id is not None})
    return (
        district_room(district_id),
        station_room(station_id),
        school_room(school_id),
        *(account_room(account_id) for account_id in known),
    )
