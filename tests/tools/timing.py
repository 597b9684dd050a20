"""Whether calls take the same time, so that none of them tells what it should not."""

import time
from collections.abc import Callable
from statistics import median

SAME_WITHIN_S = 0.020


def same_time(calls: dict[str, Callable[[int], None]], *, rounds: int = 4, each: int = 7) -> bool:
    """Tell whether the medians of some calls lie within 20 ms, in one round at least.

    A difference that the code makes shows in every round, and in the time that the processor works for it:
    a busy machine disturbs the clock on the wall by seconds, but that time hardly.
    """
    for number in range(rounds):
        walls: dict[str, list[float]] = {name: [] for name in calls}
        works: dict[str, list[float]] = {name: [] for name in calls}
        for place in range(each):
            for name, call in calls.items():
                wall, work = time.perf_counter(), time.thread_time()
                call(number * each + place)
                walls[name].append(time.perf_counter() - wall)
                works[name].append(time.thread_time() - work)
        if _spread(walls) < SAME_WITHIN_S or _spread(works) < SAME_WITHIN_S:
            return True
    return False


def _spread(times: dict[str, list[float]]) -> float:
    medians = [median(taken) for taken in times.values()]
    return max(medians) - min(medians)
