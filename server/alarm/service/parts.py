"""The parts of an alarm as clients see them: people stand in them by number, times are written as on the wire."""

from collections.abc import Mapping

from server.alarm.queries.reports import Reporter
from server.alarm.rules.escalation import Ladder
from server.alarm.rules.shapes import (
    AlarmParts,
    AsideView,
    EntryView,
    LadderView,
    PlaceView,
    ReporterView,
    ResponseView,
)
from server.alarm.tables.alarms import Alarm, FurtherPlace, Response
from server.alarm.tables.standing import Aside
from server.alarm.tables.timelines import AlarmEntry
from server.core.moments import moment, moment_or_none


def alarm(row: Alarm) -> AlarmParts:
    """Write what an alarm's own row tells."""
    return {
        "id": row.id,
        "version": row.version,
        "post_id": row.post_id,
        "station_id": row.station_id,
        "school_id": row.school_id,
        "kind": row.kind,
        "state": row.state,
        "drill": row.drill,
        "raised_by": row.raised_by,
        "session_state": row.session_state,
        "source": row.source,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "accuracy_m": row.accuracy_m,
        "place_from": row.place_from,
        "acknowledged_by": row.acknowledged_by,
        "tiers": row.tiers,
        "shortages": row.shortages,
        "resolved_by": row.resolved_by,
        "outcome": row.outcome,
        "finding": row.finding,
        "merged_into": row.merged_into,
        "full_standing": row.full_standing,
        "covert": row.covert,
        "raised_at": moment(row.raised_at),
        "claimed_at": moment(row.claimed_at),
        "acknowledged_at": moment_or_none(row.acknowledged_at),
        "resolved_at": moment_or_none(row.resolved_at),
        "held_until": moment_or_none(row.held_until),
    }


def response(row: Response) -> ResponseView:
    """Write somebody who was asked."""
    return {
        "id": row.id,
        "account_id": row.account_id,
        "tier": row.tier,
        "category": row.category,
        "group": row.group,
        "state": row.state,
        "why": row.why,
        "distance_m": row.distance_m,
        "bearing_deg": row.bearing_deg,
        "from_post_id": row.from_post_id,
        "replaces": row.replaces,
        "doubt": row.doubt,
        "off_scene_m": row.off_scene_m,
        "counts": row.doubt is None,
        "off_scene": row.off_scene_m is not None,
        "notified_at": moment(row.notified_at),
        "answer_due_at": moment_or_none(row.answer_due_at),
        "responded_at": moment_or_none(row.responded_at),
        "on_scene_at": moment_or_none(row.on_scene_at),
        "ended_at": moment_or_none(row.ended_at),
    }


def reporter(row: Reporter) -> ReporterView:
    """Write somebody who pressed the button."""
    return {"account_id": row.account_id, "kind": row.kind, "covert": row.covert, "at": moment(row.at)}


def place(row: FurtherPlace, names: Mapping[int, str]) -> PlaceView:
    """Write a further place; ``names`` are those of posts."""
    return {
        "id": row.id,
        "post_id": row.post_id,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "accuracy_m": row.accuracy_m,
        "place_from": row.place_from,
        "account_id": row.account_id,
        "place_name": names[row.post_id],
        "at": moment(row.at),
    }


def aside(row: Aside) -> AsideView:
    """Write somebody who is aside."""
    return {
        "account_id": row.account_id,
        "by": row.by,
        "presses": row.presses,
        "at": moment(row.at),
        "until": moment(row.until),
    }


def entry(row: AlarmEntry) -> EntryView:
    """Write a line of a timeline."""
    return {
        "id": row.id,
        "at": moment(row.at),
        "actor_id": row.actor_id,
        "act": row.act,
        "facts": row.facts,
    }


def ladder(one: Ladder) -> LadderView:
    """Write where a tier stands; its steps count from one."""
    return {
        "tier": one.tier,
        "phase": one.phase.value,
        "next_step": one.next_step + 1,
        "happened": one.happened,
        "due_at": moment_or_none(one.due_at),
    }
