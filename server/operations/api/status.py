"""How the server does, for its administrator."""

import time
from functools import cache

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import fields
from sqlalchemy import make_url

from server.calendar.jobs import known_days
from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Moment, Platform, Wire, one_of, platform
from server.operations.actions import status
from server.operations.actions.status import Process
from server.operations.rules.status import Health, Part, StatusView
from server.operations.service import outside
from server.operations.service.outside import PublicCertificate

blueprint = Blueprint("status", __name__, url_prefix="/api", description="How the server does")


class StatusItem(Wire):
    """A part of the server, how it does, and the figures that say so (docs/operations.md names them)."""

    name = one_of(Part, required=True)
    health = one_of(Health, required=True)
    facts = fields.Dict(keys=fields.String(), required=True)


class Status(Wire):
    """All parts of the server, as they were measured at a moment."""

    at = Moment(required=True)
    items = fields.List(fields.Nested(StatusItem), required=True)


@blueprint.get("/status")
@allow(Role.DISTRICT_ADMIN)
@blueprint.response(200, Status)
def look() -> StatusView:
    """Tell how each part of the server does: of this process, its database and its disks."""
    here = platform()
    return status.look(
        here.store, actor=current_actor(), process=_process(here), limits=here.limits, now=here.now()
    )


def _process(here: Platform) -> Process:
    clockworks = current_app.extensions["huxue.clockworks"]
    failures = {duty: count for one in clockworks for duty, count in one.failures.items()}
    beat_at: float | None = clockworks[0].beat_at
    return Process(
        beat_s=None if beat_at is None else time.monotonic() - beat_at,
        failures=failures,
        spaces=lambda: outside.spaces(places_of(here)),
        certificate=certificate_of(here.settings.public_url),
        known_days=lambda: known_days(here),
    )


def places_of(here: Platform) -> list[str]:
    """Name where the server keeps files, and its database where that is one."""
    url = make_url(here.settings.database_url)
    files = [here.settings.files_folder or "."]
    return [*files, url.database] if here.store.is_sqlite and url.database else files


@cache
def certificate_of(public_url: str) -> PublicCertificate:
    """Give what this process knows of the certificate at its public address."""
    return PublicCertificate(public_url)
