"""Alarms: raised by whoever has ever signed in, answered by those who are asked, ended by the police."""

from typing import Any

from flask_smorest import Blueprint

from server.alarm.actions import alarms, course, escalation, merging, responders, responses, views
from server.alarm.rules import shapes
from server.alarm.rules.alarm import AlarmKind, Outcome, SessionState
from server.alarm.rules.response import ResponseState
from server.alarm.schemas.arguments import (
    AlarmListArguments,
    NewAcknowledgement,
    NewAlarm,
    NewEscalation,
    NewKind,
    NewMerging,
    NewNote,
    NewResolution,
    NewResponder,
    NewResponseState,
)
from server.alarm.schemas.views import AlarmListView, AlarmView, CandidateList, PeopleOfAlarm, TimelineView
from server.alarm.service import shapes as answers
from server.core.access.roles import POLICE_CONSOLE, Role
from server.core.http.any_body import sent_json, understood
from server.core.http.auth import CONSOLE, actor_even_if_ended, allow, allow_public, current_actor
from server.core.http.turns import ahead_of_the_line
from server.core.http.wire import PageArguments, platform
from server.core.refused import Refused
from server.duty.api.positions import fix_of

blueprint = Blueprint("alarms", __name__, url_prefix="/api", description="Alarms and who responds to them")

WITH_PEOPLE = (Role.GUARD, *CONSOLE)


@blueprint.post("/alarms")
@allow_public
@blueprint.doc(requestBody={"content": {"application/json": {"schema": NewAlarm}}})
@blueprint.response(201, AlarmView)
def raise_alarm() -> shapes.AlarmView:
    """Raise an alarm, or join the open one it belongs to. A session that ended still raises, marked so.

    Never limited in number, never refused for a body that cannot be understood: what is wrong in it is
    left out and named in the timeline. Without any session: 401 ``no_session``, dial 110.
    """
    actor, session_state = actor_even_if_ended()
    if actor is None:
        raise Refused("no_session")
    here = platform()
    with here.store.admission.ahead():
        press = _press(SessionState(session_state))
        return alarms.raise_alarm(here.store, actor=actor, press=press, limits=here.limits, now=here.now())


@blueprint.get("/alarms")
@allow(*WITH_PEOPLE)
@blueprint.arguments(AlarmListArguments, location="query")
@blueprint.response(200, AlarmListView)
def list_alarms(asked: dict[str, Any]) -> answers.AlarmPage:
    """List the alarms that the caller may see, the newest first."""
    return views.page(
        platform().store,
        actor=current_actor(),
        state=asked.get("state"),
        drill=asked.get("drill"),
        cursor=asked["cursor"],
        limit=asked["limit"],
    )


@blueprint.get("/alarms/<int:alarm_id>")
@allow(*WITH_PEOPLE)
@blueprint.response(200, AlarmView)
def one_alarm(alarm_id: int) -> shapes.AlarmView:
    """Show an alarm; 409 ``alarm_over`` to those who were asked while it was open.

    Its facts say what it was, where, whether a drill, when and with which outcome it ended: all that is left to them.

    Whoever was asked to a double is shown the alarm that it was merged into.
    """
    return views.one(platform().store, actor=current_actor(), alarm_id=alarm_id)


@blueprint.get("/alarms/<int:alarm_id>/timeline")
@allow(*CONSOLE)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, TimelineView)
def timeline(asked: dict[str, Any], alarm_id: int) -> answers.TimelinePage:
    """List an alarm's whole timeline by pages, the newest entries first."""
    return views.timeline(platform().store, actor=current_actor(), alarm_id=alarm_id, **asked)


@blueprint.get("/alarms/<int:alarm_id>/people")
@allow(*WITH_PEOPLE)
@blueprint.response(200, PeopleOfAlarm)
def people(alarm_id: int) -> answers.PeopleOfAlarm:
    """Name the people of an alarm, as far as the caller may know them."""
    return views.people(platform().store, actor=current_actor(), alarm_id=alarm_id, now=platform().now())


@blueprint.get("/alarms/<int:alarm_id>/candidates")
@allow(*POLICE_CONSOLE)
@blueprint.response(200, CandidateList)
def candidates(alarm_id: int) -> answers.CandidateList:
    """List whom the console could add, the nearest first, with what speaks against each."""
    return views.candidates(
        platform().store,
        actor=current_actor(),
        alarm_id=alarm_id,
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/kind")
@allow(*WITH_PEOPLE)
@ahead_of_the_line
@blueprint.arguments(NewKind)
@blueprint.response(200, AlarmView)
def tell_kind(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Tell what it is about; those whom the kind asks for are added."""
    return course.tell_kind(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        kind=AlarmKind(body["kind"]),
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/acknowledgement")
@allow(*CONSOLE)
@ahead_of_the_line
@blueprint.arguments(NewAcknowledgement)
@blueprint.response(200, AlarmView)
def acknowledge(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Say at a console that a human has taken notice."""
    return course.acknowledge(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/responses")
@allow(*WITH_PEOPLE)
@ahead_of_the_line
@blueprint.arguments(NewResponseState)
@blueprint.response(200, AlarmView)
def respond(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Move one's own response on; a console releases somebody."""
    common: dict[str, Any] = {
        "actor": current_actor(),
        "request_id": str(body["request_id"]),
        "alarm_id": alarm_id,
        "now": platform().now(),
    }
    if "account_id" in body:
        return responders.release(
            platform().store, account_id=body["account_id"], limits=platform().limits, **common
        )
    state = ResponseState(body["state"])
    return responses.answer(platform().store, state=state, limits=platform().limits, **common)


@blueprint.post("/alarms/<int:alarm_id>/responders")
@allow(*POLICE_CONSOLE)
@ahead_of_the_line
@blueprint.arguments(NewResponder)
@blueprint.response(200, AlarmView)
def add_responder(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Ask somebody on duty whom the console chose."""
    return responders.add(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        account_id=body["account_id"],
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/notes")
@allow(*WITH_PEOPLE)
@ahead_of_the_line
@blueprint.arguments(NewNote)
@blueprint.response(200, AlarmView)
def note(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Add words to the timeline; the raiser's withdrawal is one of them and ends nothing."""
    return course.note(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        text=body["text"],
        withdrawal=body["withdrawal"],
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/resolution")
@allow(*POLICE_CONSOLE)
@ahead_of_the_line
@blueprint.arguments(NewResolution)
@blueprint.response(200, AlarmView)
def resolve(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """End an alarm with what it was and what was found."""
    return course.resolve(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        outcome=Outcome(body["outcome"]),
        finding=body["finding"],
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/escalation")
@allow(*POLICE_CONSOLE)
@ahead_of_the_line
@blueprint.arguments(NewEscalation)
@blueprint.response(200, AlarmView)
def escalate(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Take the next step of some tiers at once instead of when it is due."""
    return escalation.do_not_wait(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        tiers=body["tiers"],
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/merging")
@allow(*POLICE_CONSOLE)
@ahead_of_the_line
@blueprint.arguments(NewMerging)
@blueprint.response(200, AlarmView)
def merge(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """End an alarm as a double of another one, which goes on with the people of both."""
    return merging.merge(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        into=body["into"],
        limits=platform().limits,
        now=platform().now(),
    )


def _press(session_state: SessionState) -> alarms.AlarmRequest:
    """Read what can be understood of the body, whatever it is."""
    body, not_understood = understood(NewAlarm(), sent_json())
    sent_id = body.get("request_id")
    return alarms.AlarmRequest(
        session_state=session_state,
        request_id=str(sent_id) if sent_id else None,
        post_id=body.get("post_id"),
        post_code=body.get("post_code"),
        post_scanned_at=body.get("post_scanned_at"),
        fix=fix_of(body.get("fix")),
        claimed_at=body.get("claimed_at"),
        covert=body.get("covert") is True,
        not_understood=not_understood,
    )
