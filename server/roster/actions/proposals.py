"""Asking for a proposal of a school's next weeks, and writing down what the worker proposes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

from sqlalchemy.exc import IntegrityError

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.jobs import queries as jobs
from server.core.jobs import service
from server.core.jobs.kinds import AnyKind, JobKind, Piece
from server.core.jobs.service import JobView
from server.core.jobs.tables import Job
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.staffing import SecuritySteps
from server.roster.queries import plans
from server.roster.rules.open_seats import WhyOpen
from server.roster.rules.seats import WEEK, RosterLimits, SeatKey, groups_planned_by, is_too_far
from server.roster.service import proposing, rolls, scopes
from server.roster.service.proposing import PROPOSE, ProposalOf
from server.roster.service.rolls import Roll, Span

MOST_WEEKS = 8


def ask(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    school_id: int,
    week: date,
    weeks: int,
    limits: Limits,
    now: datetime,
) -> JobView:
    """Let a worker propose who takes the open seats of some weeks of a school, of the groups that the actor plans.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``proposal_under_way`` while the school has one,
    ``nothing_to_propose`` for weeks that nobody plans yet or any more.
    """
    require(actor, Act.PLAN_ROSTER)
    scopes.require_monday(week)
    with store.transaction(now) as transaction:
        body = [school_id, week.isoformat(), weeks]
        first = transaction.remember(actor.account_id, request_id, "propose_roster", body, shape=JobView)
        if first is not None:
            return first
        places = scopes.posts_of(transaction.connection, actor, school_id)
        scopes.hold_plan(transaction, school_id)
        today = now.astimezone(next(iter(places.values())).zone).date()
        last = week + (weeks - 1) * WEEK
        if is_too_far(last, today) or last + WEEK <= today:
            raise Refused("nothing_to_propose")
        if any(
            one.parameters["school_id"] == school_id
            for one in jobs.under_way(transaction.connection, PROPOSE)
        ):
            raise Refused("proposal_under_way")
        steps = limits[SecuritySteps]
        asked = ProposalOf(
            district_id=actor.district_id,
            school_id=school_id,
            week=week.isoformat(),
            weeks=weeks,
            groups=[group.value for group in groups_planned_by(actor)],
            duties_a_week=limits[RosterLimits].duties_a_week.as_dict(),
            security=[list(one) for one in steps.security_steps],
            each_further=steps.security_each_further,
        )
        return transaction.answer(
            actor.account_id,
            request_id,
            service.view(service.ask(transaction, PROPOSE, asked, actor=actor), None),
        )


def write(transaction: Transaction, limits: Limits, job: Job, rows: Piece) -> None:
    """Write what is proposed for some seats; what a person touched meanwhile stays, who cannot by now is left out.

    Where another school plans one of them in this moment, all are judged anew. Raises ``Refused``: ``plan_changed``
    where that happens twice.
    """
    try:
        with transaction.savepoint():
            _write(transaction, limits, job, rows)
    except IntegrityError:
        try:
            with transaction.savepoint():
                _write(transaction, limits, job, rows)
        except IntegrityError as twin:
            raise Refused("plan_changed") from twin


def _write(transaction: Transaction, limits: Limits, job: Job, rows: Piece) -> None:
    connection, asked = transaction.connection, ProposalOf(**job.parameters)  # type: ignore[arg-type]
    scopes.hold_plan(transaction, asked.school_id)
    found = districts.places(connection, district_id=asked.district_id, school_id=asked.school_id)
    places = {place.post_id: place for place in found}
    wanted = {_key(row): row for row in rows}
    span = Span.around([key.date for key in wanted])
    there = plans.planned(connection, places, span.first, span.last)
    free = {
        key: row for key, row in wanted.items() if key.post_id in places and proposing.is_free(there.get(key))
    }
    people = {key: cast("int | None", row["account_id"]) for key, row in free.items()}
    numbers = {who for who in people.values() if who}
    roll = rolls.of_people(
        connection, asked.district_id, numbers, span, own=places, limits=limits, instead=people
    )
    whys = {key: cast("str | None", row["why"]) for key, row in free.items()}
    for key, who in people.items():
        if who is not None and not _can(roll, places[key.post_id], key, who):
            people[key], whys[key] = None, WhyOpen.ELSEWHERE.value
    mine = {key: row for key, row in there.items() if key in free}
    plans.put(
        connection,
        people,
        mine,
        source=plans.PROPOSAL,
        by=job.account_id,
        now=transaction.now,
        whys=whys,
        batch=batch_of(job.id),
    )


def batch_of(job_id: int) -> str:
    """Name what a proposal fills, for taking it back."""
    return f"job-{job_id}"


def _can(roll: Roll, place: Place, key: SeatKey, account_id: int) -> bool:
    shift = rolls.shift_of(place, key.date, key.peak, roll.limits)
    return account_id in roll.people and shift is not None and not roll.against(account_id, place, key, shift)


def _key(row: Mapping[str, object]) -> SeatKey:
    named = (row["post_id"], row["date"], row["peak"], row["group"], row["seat"])
    post_id, on, peak, group, seat = cast("tuple[int, str, str, str, int]", named)
    return SeatKey(post_id, date.fromisoformat(on), peak, group, seat)


KIND: AnyKind = JobKind(PROPOSE, ProposalOf, proposing.run, write=write)
