"""What the area ``duty`` brings to the server."""

from collections.abc import Callable, Sequence
from datetime import datetime

from server.calendar.facts import ShiftsChanged
from server.core.area import Area, Gauge, ProcessPart, on
from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.short_events import Shortener
from server.core.database.transaction import Store
from server.core.event_names import EventName
from server.core.http.wire import Platform
from server.core.limits import Limits
from server.duty import jobs
from server.duty.actions.group_commit import GroupWriter
from server.duty.actions.positions import PositionBuffer
from server.duty.api import (
    away,
    badges,
    check_ins,
    coverage,
    duty,
    expected,
    guards,
    hand_overs,
    people,
    positions,
    telephones,
)
from server.duty.api.check_ins import CheckInView
from server.duty.api.coverage import LineView
from server.duty.api.duty import PostNewsView
from server.duty.exports import EXPORTS
from server.duty.kept_data import KEPT
from server.duty.own_data import NOT_OWN_DATA, OWN_DATA
from server.duty.queries import post_circles
from server.duty.queries.check_ins import named
from server.duty.rules import post_news
from server.duty.service import reactions
from server.duty.service.badges import JOB as BADGES
from server.people.facts import (
    AccountClosed,
    AccountDecided,
    ErasureHindered,
    LastDutiesWanted,
    PersonErased,
    PositionConsentWithdrawn,
)


def duties(store: Store, limits: Limits) -> Sequence[Duty]:
    """Open posts and close duties by the clock."""
    openings = jobs.Openings(store, limits)
    return [
        Duty(1.0, RowRetry("openings"), openings.work),
        Duty(10.0, RowRetry("overdue"), lambda at, rows: jobs.close_overdue(store, limits, at, rows)),
        Duty(30.0, RowRetry("away"), lambda at, rows: jobs.look_for_away(store, limits, at, rows)),
    ]


def parts(store: Store, now: Callable[[], datetime]) -> Sequence[ProcessPart]:
    """Make the writer of check-ins and the buffer of positions."""
    writer, buffer = GroupWriter(store, now), PositionBuffer(store)
    return [ProcessPart(writer, writer.run), ProcessPart(buffer, lambda: buffer.run(now))]


def waiting(here: Platform) -> float:
    """Count the check-ins that wait."""
    return here.part(GroupWriter).waiting()


AREA = Area(
    name="duty",
    blueprints=tuple(
        one.blueprint
        for one in (
            away,
            badges,
            check_ins,
            coverage,
            duty,
            expected,
            guards,
            hand_overs,
            people,
            positions,
            telephones,
        )
    ),
    duties=duties,
    reactions=(
        on(AccountDecided, reactions.decided),
        on(AccountClosed, reactions.closed),
        on(ErasureHindered, reactions.hinders),
        on(LastDutiesWanted, reactions.last_duties),
        on(PersonErased, reactions.erased),
        on(PositionConsentWithdrawn, reactions.forget_positions),
        on(ShiftsChanged, reactions.shifts_changed),
    ),
    event_payloads={
        EventName.COVERAGE_CHANGED: LineView,
        EventName.POST_CHANGED: PostNewsView,
        EventName.CHECK_IN_CHANGED: CheckInView,
    },
    whole_states={EventName.COVERAGE_CHANGED: "post_id"},
    event_reducers={EventName.COVERAGE_CHANGED: post_news.told_without_names},
    circles_of=post_circles.of_account,
    event_shorteners={
        EventName.COVERAGE_CHANGED: Shortener(
            name=EventName.POST_CHANGED,
            of="post_id",
            unknown=post_news.unknown,
            joined=post_news.joined,
            complete=named,
        )
    },
    job_kinds=lambda _areas: (BADGES,),
    kept=KEPT,
    parts=parts,
    gauges=(Gauge("huxue_check_ins_waiting", "Check-ins that wait for their commit", waiting),),
    own_data=OWN_DATA,
    not_own_data=NOT_OWN_DATA,
    exports=EXPORTS,
)
