"""What somebody on duty reads of the notes of his post."""

from sqlalchemy import Connection

from server.calendar.rules import Shift, Window
from server.core.limits import Limits
from server.duty.queries import hand_overs
from server.duty.queries.hand_overs import NamedNote
from server.duty.rules.hand_overs import HandOver, is_for
from server.places.queries.districts import Place


def of_shift(connection: Connection, place: Place, shift: Shift, limits: Limits) -> HandOver:
    """Give what the shift before left for a shift of a post, and what this one leaves."""
    notes = hand_overs.newest(connection, place.post_id, shift.starts_at)
    left = next((one for one in notes if (one.peak, one.date) == shift.key), None)
    before = next((one for one in notes if (one.peak, one.date) != shift.key), None)
    received = before if before is not None and _is_for(before, place, shift, limits) else None
    return {
        "received": received.view(named=True) if received else None,
        "left": left.view(named=True) if left else None,
    }


def _is_for(note: NamedNote, place: Place, shift: Shift, limits: Limits) -> bool:
    return is_for(
        shift, of_starts_at=note.starts_at, peaks=place.peaks_on, zone=place.zone, window=limits[Window]
    )
