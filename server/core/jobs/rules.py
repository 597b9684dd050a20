"""What states a job goes through, and what becomes of one whose worker is gone."""

from datetime import timedelta
from enum import StrEnum

# A worker says this often that it lives; one that was silent for so long is gone.
BEATS_EVERY_S = 5.0
GONE_AFTER = timedelta(seconds=30)
# How often a job is begun before it counts as one that no worker survives.
MOST_TRIES = 3
# A page hears no more often of how far a job is.
TOLD_EVERY_S = 1.0
FILES_KEPT = timedelta(days=1)
JOBS_KEPT = timedelta(days=30)


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class Failure(StrEnum):
    """Why a job failed: its own work, workers that ended in the middle of it again and again, or its file's place.

    ``not_allowed``: whoever asked may not see it any more; ``too_many_rows``: more than one file holds;
    ``changed_meanwhile``: what it was to change is not as it was.
    """

    ERROR = "error"
    WORKER_LOST = "worker_lost"
    UNKNOWN_KIND = "unknown_kind"
    FILES_AWAY = "files_away"
    NOT_ALLOWED = "not_allowed"
    TOO_MANY_ROWS = "too_many_rows"
    CHANGED_MEANWHILE = "changed_meanwhile"


def without_its_worker(*, tries: int, cancel_asked: bool) -> JobState:
    """Decide what becomes of a running job whose worker is gone after it was begun ``tries`` times."""
    if cancel_asked:
        return JobState.CANCELLED
    return JobState.WAITING if tries < MOST_TRIES else JobState.FAILED
