"""Where a call comes from, and how the answer to a sign-in goes back: the cookie and *Me*."""

from datetime import datetime
from typing import Any

from flask import after_this_request, request
from flask.wrappers import Response
from marshmallow import fields

from server.core.access.roles import AccountStatus, Category, Role
from server.core.http.auth import cookie_name
from server.core.http.proxies import caller_address
from server.core.http.wire import Moment, Wire, one_of, platform
from server.core.live import heartbeats
from server.core.moments import moment, moment_or_none
from server.people.actions.sessions import SignedIn
from server.people.api.device_cookie import device
from server.people.rules.caller import Caller
from server.people.rules.shapes import OwnView

HOLD_MS = 1500
POSITION_INTERVAL_S = 30
UNDELIVERED_AFTER_S = 5
EMERGENCY_TELEPHONE = "110"


class OwnAccount(Wire):
    """The caller's own account."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    phone_masked = fields.String(required=True, allow_none=True)
    category = one_of(Category, required=True, allow_none=True)
    role = one_of(Role, required=True)
    status = one_of(AccountStatus, required=True)
    school_id = fields.Integer(required=True, allow_none=True)
    school_name = fields.String(required=True, allow_none=True)
    station_id = fields.Integer(required=True, allow_none=True)
    station_name = fields.String(required=True, allow_none=True)
    closes_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When it closes because nobody uses it; a sign-in or a duty keeps it."},
    )


class OwnDistrict(Wire):
    """The district that the caller belongs to."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    time_zone = fields.String(required=True)


class PageSettings(Wire):
    """Numbers and addresses that the pages work with."""

    hold_ms = fields.Integer(required=True)
    position_interval_s = fields.Integer(required=True)
    undelivered_after_s = fields.Integer(required=True)
    emergency_telephone = fields.String(required=True)
    tile_url = fields.String(required=True, allow_none=True)
    tile_datum = fields.String(required=True)
    push_key = fields.String(required=True, allow_none=True)
    alarm_sms = fields.Boolean(required=True)
    position_days = fields.Integer(required=True)
    covert_press = fields.Boolean(required=True)
    heartbeat_s = fields.Float(required=True)
    quiet_heartbeat_s = fields.Float(required=True)
    separate_roles = fields.Boolean(required=True)


class Me(Wire):
    """Who the caller is, and what the pages need to know."""

    account = fields.Nested(OwnAccount, required=True)
    csrf_token = fields.String(required=True)
    asks_consent = fields.Boolean(
        required=True,
        metadata={
            "description": "A text that the caller agreed to has changed: ask him once, at a calm moment."
        },
    )
    district = fields.Nested(OwnDistrict, required=True)
    settings = fields.Nested(PageSettings, required=True)
    server_time = Moment(required=True)
    demo = fields.Boolean(required=True)


class SignedInView(Wire):
    """A session (its cookie comes along), or a one-use ticket to register with.

    ``position_days``: how long positions are kept, which a consent has to name.
    """

    me = fields.Nested(Me, required=True, allow_none=True)
    ticket = fields.String(required=True, allow_none=True)
    unused_at = Moment(
        required=True,
        allow_none=True,
        metadata={
            "description": "Since when the account is closed because nobody used it; it may register anew."
        },
    )
    position_days = fields.Integer(required=True)


def whole_me(part: OwnView, now: datetime) -> dict[str, Any]:
    """Add to an account's view of itself what the settings and the clock say."""
    settings = platform().settings
    return {
        **part,
        "settings": {
            "hold_ms": HOLD_MS,
            "position_interval_s": POSITION_INTERVAL_S,
            "undelivered_after_s": UNDELIVERED_AFTER_S,
            "emergency_telephone": EMERGENCY_TELEPHONE,
            "tile_url": settings.tile_url or None,
            "tile_datum": settings.tile_datum,
            "push_key": settings.push_public_key or None,
            "alarm_sms": bool(settings.sms_url),
            "position_days": settings.position_days,
            "covert_press": settings.covert_press,
            "heartbeat_s": heartbeats.EVERY_S,
            "quiet_heartbeat_s": heartbeats.QUIET_EVERY_S,
            "separate_roles": settings.separate_roles,
        },
        "server_time": moment(now),
        "demo": settings.demo,
    }


def signed_in_answer(signed_in: SignedIn, now: datetime) -> dict[str, Any]:
    """Make the answer to a sign-in; a new session's cookie goes out with it, in place of any other."""
    opened, days = signed_in.opened, platform().settings.position_days
    if opened is None or signed_in.me is None:
        return {
            "me": None,
            "ticket": signed_in.ticket,
            "unused_at": moment_or_none(signed_in.unused_at),
            "position_days": days,
        }

    @after_this_request
    def _set(answer: Response) -> Response:
        answer.set_cookie(
            cookie_name(),
            opened.token,
            max_age=int((opened.expires_at - now).total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=platform().settings.secure,
        )
        return answer

    return {"me": whole_me(signed_in.me, now), "ticket": None, "unused_at": None, "position_days": days}


def take_cookie_back() -> None:
    """Let the browser forget its session."""

    @after_this_request
    def _delete(answer: Response) -> Response:
        answer.delete_cookie(
            cookie_name(), path="/", httponly=True, samesite="Lax", secure=platform().settings.secure
        )
        return answer


def caller() -> Caller:
    """Tell where the call at hand comes from: its device is known by our own cookie alone."""
    return Caller(
        address=caller_address(),
        device_id=device(),
        token=request.cookies.get(cookie_name()),
        user_agent=request.headers.get("User-Agent"),
    )
