"""Hypothesis strategies for the values of the domain."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.engagement import Bound
from server.alarm.rules.nearest import Candidate
from server.alarm.rules.standing import Doubt
from server.calendar.rules import Shift, Window, shifts_on
from server.core.access.roles import AccountStatus, Actor, Category, Role, group_of
from server.core.geo import Point
from server.duty.rules.arrival import Verdict
from server.duty.rules.coverage import Seat
from server.duty.rules.trust import Fix
from server.places.rules.composition import Composition
from server.places.rules.peaks import Peak, PeakKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = Peak(PeakKind.MORNING_ARRIVAL, time(7, 20), time(8, 0))
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # 07:30 on Monday 23 November in Shanghai
SHIFT = shifts_on([MORNING], date(2026, 11, 23), SHANGHAI, Window())[0]
GATE = Point(31.8700, 117.2900)

anywhere = st.builds(
    Point,
    st.floats(-89.9, 89.9, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)
mainland = st.builds(Point, st.floats(20, 50), st.floats(80, 130))
nearby = st.builds(Point, st.floats(31.86, 31.88), st.floats(117.28, 117.30))

# Zones with every trouble: none, half hours, summer time north and south, midnight changes, half-hour steps.
zones = st.sampled_from(
    [
        "Asia/Shanghai",
        "Asia/Urumqi",
        "Asia/Kathmandu",
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Pacific/Apia",
        "America/St_Johns",
        "UTC",
    ]
).map(ZoneInfo)
dates = st.dates(date(2024, 1, 1), date(2028, 12, 31))
moments = st.datetimes(datetime(2024, 1, 2), datetime(2028, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
clock_times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
windows = st.builds(
    Window,
    opens_before_minutes=st.integers(0, 240),
    grace_minutes=st.integers(0, 60),
    check_out_before_minutes=st.integers(0, 240),
    close_after_minutes=st.integers(0, 240),
)
compositions = st.builds(Composition, *[st.integers(0, 4)] * 4)


@st.composite
def peaks(draw: st.DrawFn) -> Peak:
    """A peak of 10 minutes to 3 hours at any time of day, some of them over midnight."""
    starts = draw(clock_times)
    length = timedelta(minutes=draw(st.integers(10, 180)))
    ends = (datetime.combine(date(2026, 1, 1), starts) + length).time()
    return Peak(draw(st.sampled_from(PeakKind)), starts, ends)


timetables = st.lists(peaks(), min_size=1, max_size=4, unique_by=lambda peak: peak.kind)


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    """A shift of any peak, date, zone and window."""
    return shifts_on([draw(peaks())], draw(dates), draw(zones), draw(windows))[0]


@st.composite
def actors(draw: st.DrawFn, role: st.SearchStrategy[Role] | None = None) -> Actor:
    """An account of a small world, where scopes meet often."""
    chosen = draw(st.sampled_from(Role) if role is None else role)
    number = st.integers(1, 3)
    return Actor(
        account_id=draw(st.integers(1, 20)),
        role=chosen,
        category=draw(st.sampled_from(Category)) if chosen == Role.GUARD else None,
        status=draw(st.sampled_from(AccountStatus)),
        district_id=draw(st.integers(1, 2)),
        station_id=draw(st.none() | number),
        school_id=draw(st.none() | number),
        session_id=1,
        name="Somebody",
        separate=draw(st.booleans()),
    )


@st.composite
def fixes(draw: st.DrawFn, points: st.SearchStrategy[Point] = nearby) -> Fix:
    """A fix around the gate."""
    at = NOW - timedelta(seconds=draw(st.integers(0, 600)))
    return Fix(draw(points), draw(st.floats(0, 500)), at)


def _crew(people: list[tuple[Category, bool, Verdict]]) -> list[Seat]:
    return [
        Seat(number, number, category, group_of(category), verified, verdict, ())
        for number, (category, verified, verdict) in enumerate(people, start=1)
    ]


# The people on duty at a post: check-in and account share a number. Whole lists are drawn and then turned into
# values, which costs a tenth of drawing value by value.
crews = st.lists(
    st.tuples(st.sampled_from(Category), st.booleans(), st.sampled_from(Verdict)), max_size=14
).map(_crew)


POSTS = {number: Point(31.8650 + 0.0011 * number, 117.2850 + 0.0023 * number) for number in range(1, 7)}


def _people(
    drawn: list[tuple[Category, int, tuple[float, float, int] | None, bool, Bound, Doubt | None]],
) -> list[Candidate]:
    return [
        Candidate(
            account_id=number,
            category=category,
            post_id=post_id,
            post_point=POSTS[post_id],
            fix_point=Point(fix[0], fix[1]) if fix else None,
            fix_at=NOW - timedelta(seconds=fix[2]) if fix else None,
            verified=verified and doubt is None,
            bound=bound,
            doubt=doubt,
        )
        for number, (category, post_id, fix, verified, bound, doubt) in enumerate(drawn, start=1)
    ]


# Up to thirty people on duty at six posts, some with a fix fresh or old, some bound, some in doubt.
fields_of_people = st.lists(
    st.tuples(
        st.sampled_from(Category),
        st.sampled_from(sorted(POSTS)),
        st.none() | st.tuples(st.floats(31.86, 31.88), st.floats(117.28, 117.30), st.integers(0, 600)),
        st.booleans(),
        st.sampled_from([Bound.FREE] * 6 + [Bound.ASKED, Bound.COMING, Bound.ON_SPOT, Bound.RAISER]),
        st.sampled_from([None] * 5 + [Doubt.PLACE_DOUBTED, Doubt.CLAIMS_POLICE]),
    ),
    max_size=30,
).map(_people)

kinds = st.none() | st.sampled_from(AlarmKind)
