"""The figures of the status page for a monitor, as `/metrics` gives them."""

from collections.abc import Callable
from math import nan

from sqlalchemy import Connection

from server.core.area import Gauge
from server.core.http.wire import Platform
from server.operations.api.status import certificate_of, places_of
from server.operations.queries import status as measured
from server.operations.rules.status import DAY_S
from server.operations.service import outside

Read = Callable[[Platform], float]


def _read(count: Callable[[Connection, Platform], float]) -> Read:
    def of_here(here: Platform) -> float:
        with here.store.read() as connection:
            return count(connection, here)

    return of_here


def _silent(connection: Connection, here: Platform) -> float:
    wrote_at = measured.auditor_wrote_at(connection)
    return nan if wrote_at is None else max(0.0, (here.now() - wrote_at).total_seconds())


def _messages(connection: Connection, here: Platform, *, of_alarms: bool) -> float:
    return measured.messages_waiting(connection, here.now(), of_alarms=of_alarms).oldest_s


def _failed(connection: Connection, here: Platform) -> float:
    return measured.acts(connection, "sign_in.failed", here.now() - measured.DAY)


def _free(here: Platform) -> float:
    return min(one.free / max(1, one.total) for one in outside.spaces(places_of(here)))


def _certificate_days(here: Platform) -> float:
    certificate = certificate_of(here.settings.public_url)
    ends_at = certificate.seen().ends_at if certificate.wanted else None
    return nan if ends_at is None else (ends_at - here.now()).total_seconds() / DAY_S


GAUGES = (
    Gauge(
        "huxue_alarm_messages_waiting_seconds",
        "For how long the first message of an alarm that is due has waited",
        _read(lambda connection, here: _messages(connection, here, of_alarms=True)),
    ),
    Gauge(
        "huxue_messages_waiting_seconds",
        "For how long the first other message that is due has waited",
        _read(lambda connection, here: _messages(connection, here, of_alarms=False)),
    ),
    Gauge(
        "huxue_jobs_waiting_seconds",
        "For how long the first long work that nobody has begun has waited",
        _read(lambda connection, here: measured.jobs_waiting(connection, here.now()).oldest_s),
    ),
    Gauge(
        "huxue_auditor_silent_seconds",
        "Since when the auditor has written nothing (NaN: it never ran)",
        _read(_silent),
    ),
    Gauge("huxue_failed_sign_ins_day", "Wrong passwords and codes within a day", _read(_failed)),
    Gauge("huxue_disk_free_share", "Free share of the fullest disk that the server writes to", _free),
    Gauge(
        "huxue_certificate_days",
        "Days to the end of the certificate at the public address (NaN: not known)",
        _certificate_days,
    ),
)
