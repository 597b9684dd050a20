"""What duty tells clients: the keys of its answers and events, as they go over the wire."""

from typing import TypedDict

from server.calendar.rules import ShiftView
from server.duty.rules.away import AwayPerson, AwayView
from server.duty.rules.hand_overs import HandOver, NoteView
from server.duty.rules.lending import OwnLending


class CheckInView(TypedDict):
    """A check-in; people stand in it by number."""

    id: int
    account_id: int
    post_id: int
    post_name: str
    category: str
    group: str
    shift: ShiftView
    verdict: str
    minutes_late: int
    verified: bool
    flags: list[str]
    distance_m: float | None
    at: str
    claimed_at: str
    checked_out_at: str | None
    confirmed_by: int | None
    confirmed_at: str | None


class CheckOutView(TypedDict):
    """The duty that ended, and its minutes."""

    check_in: CheckInView
    minutes: int


class ConfirmedView(TypedDict):
    """The check-ins that were confirmed."""

    confirmed: list[int]


class SeatView(TypedDict):
    """A person on duty, by number; without names there is only group and ``verified``."""

    check_in_id: int | None
    account_id: int | None
    category: str | None
    group: str
    verified: bool
    verdict: str | None
    flags: list[str]


class LineView(TypedDict):
    """The whole coverage of a post: kept, told as ``coverage.changed``, listed."""

    post_id: int
    version: int
    phase: str
    state: str
    peak: str | None
    date: str | None
    opens_at: str | None
    starts_at: str | None
    ends_at: str | None
    required: dict[str, int]
    present: dict[str, int]
    waiting: dict[str, int]
    missing: dict[str, int]
    since: str
    seats: list[SeatView]
    rostered: int
    no_shows: list[int]


class LineChanges(TypedDict, total=False):
    """What changed of a line beside its seats and no-shows."""

    phase: str
    state: str
    peak: str | None
    date: str | None
    opens_at: str | None
    starts_at: str | None
    ends_at: str | None
    required: dict[str, int]
    present: dict[str, int]
    waiting: dict[str, int]
    missing: dict[str, int]
    since: str
    rostered: int


class SeatNews(SeatView):
    """A seat that is new or has changed; ``name`` is for those alone who hear of it as it happens."""

    name: str | None


class PostNews(TypedDict):
    """What changed of a post between two versions of its line, kept beside it and told as ``post.changed``."""

    post_id: int
    version: int
    after: int | None
    named: bool
    line: LineChanges
    seats: list[SeatNews]
    gone: list[int]
    missed: list[int]
    came: list[int]


class ToldLine(LineView, total=False):
    """A line as ``coverage.changed`` stands in the log: with what changed of it (``short_events.SHORT``)."""

    short: PostNews


class PersonView(TypedDict):
    """A person at a post, with what the viewer may see of him."""

    account_id: int
    name: str
    category: str
    group: str
    verified: bool
    verdict: str
    check_in_id: int
    may_confirm: bool
    flags: list[str]
    new_face: bool


class PersonOnConsole(PersonView):
    """A person at a post as a console sees him: where his phone was, and how he is rung up."""

    telephone: str | None
    at: str
    distance_m: float | None


class Colleague(PersonView):
    """A person at one's own post; ``with_all``: the one tap for all confirms him."""

    with_all: bool
    distance_m: float | None


class RosteredPerson(TypedDict):
    """A person on the roster; without a number until registered."""

    account_id: int | None
    name: str
    category: str
    group: str
    arrived: bool


class PostDetails(TypedDict):
    """A post with its people: those in its seats, and those who have not checked out of a shift that is over."""

    line: LineView
    people: list[PersonOnConsole]
    staying: list[PersonOnConsole]
    rostered: list[RosteredPerson]
    telephone: str | None
    may_confirm: bool
    hand_over: NoteView | None
    away: list[AwayPerson]


class PointOfCurve(TypedDict):
    """How many seats were filled at a time."""

    at: str
    present: int


class Arrivals(TypedDict):
    """Arrivals over the peak; empty when no post in scope has one."""

    opens_at: str | None
    starts_at: str | None
    ends_at: str | None
    required: int
    points: list[PointOfCurve]


class PostView(TypedDict):
    """A post as a signed-in guard sees it."""

    id: int
    latitude: float
    longitude: float
    fence_radius_m: int
    area: str
    telephone: str | None
    shift: ShiftView | None
    next_shift: ShiftView | None
    line: LineView
    rostered: bool | None


class ScannedPost(TypedDict):
    """What a scan shows: school and gate to everybody, ``post`` with a session only."""

    name: str
    school_name: str
    gate: str
    stale: bool
    post: PostView | None


class DutyView(TypedDict):
    """One's own duty; all empty off duty."""

    check_in: CheckInView | None
    line: LineView | None
    post: PostView | None
    colleagues: list[Colleague]
    may_confirm: bool
    may_assist: bool
    hand_over: HandOver | None
    away: AwayView | None
    lending: OwnLending | None


class PlaceNow(TypedDict):
    """Where a phone on duty last was, and how far from its post."""

    latitude: float
    longitude: float
    accuracy_m: float
    at: str
    distance_m: float


class DutyNow(TypedDict):
    """The duty that somebody is on, of which shift; ``place`` only while the phone shares it."""

    check_in_id: int
    post_id: int
    peak: str
    date: str
    verified: bool
    at: str
    place: PlaceNow | None


class PersonFound(TypedDict):
    """Somebody of a name; ``duty`` is ``None`` for whoever is at no post of the scope now."""

    account_id: int
    name: str
    category: str
    status: str
    group: str
    duty: DutyNow | None


class PeopleFound(TypedDict):
    """The first of those who were found, and whether there are more."""

    items: list[PersonFound]
    more: bool


class PersonOnMap(TypedDict):
    """A person on duty, by number, and where the phone last was."""

    account_id: int
    post_id: int
    group: str
    latitude: float
    longitude: float
    accuracy_m: float
    at: str


class TelephoneView(TypedDict):
    """A guard's telephone."""

    account_id: int
    telephone: str


class Looked(TypedDict):
    """What is kept of a look at a telephone: whose it was, never the number."""

    account_id: int
