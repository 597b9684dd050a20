"""Refusals on the wire: problem+json with a stable code and facts, and no prose."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Flask, Response, g, json, request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from server.core.faults import named, without_values
from server.core.http import refused_acts
from server.core.http.refusals import REFUSALS
from server.core.http.wire import platform
from server.core.moments import moment
from server.core.refused import Refused

logger = logging.getLogger("huxue.api")

HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "json_expected",
    422: "bad_input",
}


COME_BACK_AFTER_S = {429: 60, 503: 2}
# A transaction that PostgreSQL ended because nothing came for too long; a database that is read only for now.
PASSING_STATES = {"25P03", "25006"}


def problem(code: str, status: int, facts: dict[str, Any] | None = None, **more: Any) -> Response:
    """Make a problem+json answer."""
    body = {"status": status, "code": code, "facts": _plain(facts or {}), **more}
    return Response(json.dumps(body), status, content_type="application/problem+json")


def install(app: Flask) -> None:
    """Answer every failure of an API route as problem+json; no failure becomes prose or a stack trace."""

    @app.errorhandler(Refused)
    def _refused(refused: Refused) -> Response:
        _write_down(refused)
        # A code that is not in the list is a 409: understood, but the state of things forbids it.
        status = REFUSALS.get(refused.code, 409)
        answer = problem(refused.code, status, refused.facts)
        if status in COME_BACK_AFTER_S:
            after = refused.facts.get("retry_after_s", COME_BACK_AFTER_S[status])
            answer.headers["Retry-After"] = str(after)
        return answer

    @app.errorhandler(PoolTimeout)
    @app.errorhandler(DBAPIError)
    def _database(failure: PoolTimeout | DBAPIError) -> Response:
        if isinstance(failure, DBAPIError) and not _passes(failure):
            return _failed(failure)
        logger.error("database: %s", named(failure))
        answer = problem("cannot_write_now", 503)
        answer.headers["Retry-After"] = str(COME_BACK_AFTER_S[503])
        return answer

    @app.errorhandler(HTTPException)
    def _http(failure: HTTPException) -> Response:
        status = failure.code or 500
        code = HTTP_CODES.get(status, "server_error" if status >= 500 else "bad_request")
        fields = _codes(getattr(failure, "data", {}).get("messages", {})) if status == 422 else None
        answer = problem(code, status, **({"fields": fields} if fields else {}))
        methods: Iterable[str] | None = getattr(failure, "valid_methods", None)
        if status == 405 and methods:
            answer.headers["Allow"] = ", ".join(methods)
        return answer

    @app.errorhandler(RecursionError)
    def _too_deep(_failure: RecursionError) -> Response:
        # Nothing here recurses but the parser of a body, over brackets that a client nested.
        logger.warning("nested too deeply: %s %s", request.method, request.url_rule)
        return problem("bad_request", 400)

    @app.errorhandler(Exception)
    def _failed(failure: Exception) -> Response:
        # The text of a failure may hold what a person typed; its kind and place do not.
        logger.error("failed: %s %s", request.method, request.url_rule, exc_info=without_values(failure))
        return problem("server_error", 500)


def _write_down(refused: Refused) -> None:
    """Record what somebody was refused at an alarm; a database that cannot take it now changes no answer."""
    alarm_id, actor = (request.view_args or {}).get("alarm_id"), g.get("actor")
    if alarm_id is None or actor is None:
        return
    here = platform()
    try:
        refused_acts.record(
            here.store,
            actor=actor,
            alarm_id=alarm_id,
            tried=(request.endpoint or "").rpartition(".")[2],
            looked=request.method in {"GET", "HEAD"},
            code=refused.code,
            now=here.now(),
        )
    except SQLAlchemyError as failure:
        logger.error("refusal not recorded: %s", named(failure))


def _passes(failure: DBAPIError) -> bool:
    """Tell whether a failure is of the database's state and not of the statement, so that it helps to come back."""
    ended = getattr(failure.orig, "sqlstate", None) in PASSING_STATES
    return isinstance(failure, OperationalError | InterfaceError) or failure.connection_invalidated or ended


def _codes(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Flatten marshmallow's messages to ``{"fix.latitude": ["out_of_range"]}``."""
    if isinstance(messages, dict):
        found: dict[str, list[str]] = {}
        for key, value in messages.items():
            part = path if key in ("json", "query", "form") and not path else f"{path}.{key}".strip(".")
            found.update(_codes(value, part))
        return found
    return {path: [_code(message) for message in messages]}


WORDINGS = {
    "Missing data for required field.": "missing",
    "Field may not be null.": "missing",
    "Not a valid": "wrong_type",
    "Invalid": "wrong_type",
    "Must be": "out_of_range",
    "Special numeric values": "out_of_range",
    "Number too large": "out_of_range",
    "Longer than": "too_long",
    "Shorter than": "too_short",
    "Length must": "wrong_length",
}


def _code(message: Any) -> str:
    text = str(message)
    return next((code for start, code in WORDINGS.items() if text.startswith(start)), text.replace(" ", "_"))


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: moment(value) if isinstance(value, datetime) else value for key, value in facts.items()}
