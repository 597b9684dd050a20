"""What the area ``roster`` brings to the server."""

from server.calendar.facts import PostGivenUp
from server.core.area import Area, on
from server.core.event_names import EventName
from server.delivery.facts import StaleWanted
from server.people.facts import AccountClosed, PersonErased
from server.roster import jobs
from server.roster.actions import proposals as proposal_actions
from server.roster.api import (
    answers,
    calendar_links,
    call_ins,
    copies,
    forecast,
    lending,
    nudges,
    open_places,
    own,
    patterns,
    proposals,
    stand_ins,
    swaps,
    weeks,
    wishes,
)
from server.roster.kept_data import KEPT
from server.roster.own_data import NOT_OWN_DATA, OWN_DATA
from server.roster.service import given_up, people, still_holding

AREA = Area(
    name="roster",
    blueprints=(
        weeks.blueprint,
        copies.blueprint,
        patterns.blueprint,
        forecast.blueprint,
        proposals.blueprint,
        own.blueprint,
        answers.blueprint,
        stand_ins.blueprint,
        swaps.blueprint,
        open_places.blueprint,
        wishes.blueprint,
        calendar_links.blueprint,
        call_ins.blueprint,
        nudges.blueprint,
        lending.blueprint,
    ),
    job_kinds=lambda _areas: (proposal_actions.KIND,),
    duties=jobs.duties,
    event_payloads={
        EventName.ROSTER_PUBLISHED: weeks.RosterPublished,
        EventName.DUTY_ANSWERED: answers.DutyAnswered,
    },
    reactions=(
        on(AccountClosed, people.closed),
        on(PersonErased, people.erased),
        on(PostGivenUp, given_up.given_up),
        on(StaleWanted, still_holding.stale),
    ),
    kept=KEPT,
    own_data=OWN_DATA,
    not_own_data=NOT_OWN_DATA,
)
