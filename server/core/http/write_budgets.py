"""How often an account may write: some ten times what a person at a page needs, counted in each process.

It is asked for beside the roles (``allow`` in ``server.core.http.auth``): no route is left out. A press that opens an
alarm never comes here: it needs no session, nor does a gate device's.
"""

import time
from collections.abc import Callable, Mapping
from math import ceil

from server.core.budgets import Allowance, Budgets
from server.core.refused import Refused

# Thirty acts in a minute, ten times over.
USUAL = Allowance(300, 5)
# Beside that, what a hand writes or a phone sends by itself, by the name of its route.
OF_ROUTES = {
    "alarms.note": Allowance(60, 1),
    # Each costs a second of a processor.
    "alarm_pictures.add_picture": Allowance(20, 1 / 60),
    "alarm_clips.add_clip": Allowance(20, 1 / 60),
    # Each is kept and read through whole.
    "imports.send": Allowance(10, 1 / 60),
    "positions.send": Allowance(60, 0.5),
}
FULL_AFTER_S = max(one.most / one.a_second for one in (USUAL, *OF_ROUTES.values()))


class WriteBudgets:
    """The budgets of all accounts in this process."""

    def __init__(
        self,
        usual: Allowance = USUAL,
        of_routes: Mapping[str, Allowance] = OF_ROUTES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._usual, self._of_routes, self._monotonic = usual, of_routes, monotonic
        self._budgets = Budgets(FULL_AFTER_S)

    def spend(self, account_id: int, route: str) -> None:
        """Count a write. Raises ``Refused("too_many")`` (facts: retry_after_s)."""
        allowance = self._of_routes.get(route, self._usual)
        # One for all that has none of its own: whoever does a little of everything does no more than others.
        key = (account_id, route if route in self._of_routes else None)
        missing_s = self._budgets.spend(key, allowance, self._monotonic())
        if missing_s:
            raise Refused("too_many", retry_after_s=ceil(missing_s))
