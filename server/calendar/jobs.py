"""What the clock does for the calendar: fills years that the library knows; and how far ahead the calendar is known."""

from collections.abc import Sequence

from server.calendar.actions import years
from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.http.wire import Platform
from server.core.limits import Limits

# A library that knows another year comes with another program: the start of a server is soon enough.
LOOK_EVERY_S = 3600.0


def duties(store: Store, _limits: Limits) -> Sequence[Duty]:
    """Fill years in districts that have not got them yet."""
    return [
        Duty(
            LOOK_EVERY_S,
            RowRetry("calendar_years"),
            lambda at, rows: rows.each(
                years.lacking(store, at), lambda one: years.fill_from_library(store, one, at), at
            ),
        )
    ]


def known_days(here: Platform) -> float:
    """Count the days ahead of which a source knows the calendar, in the district that knows the fewest."""
    return years.known_days(here.store, here.now())
