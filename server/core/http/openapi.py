"""The OpenAPI document, made when it is first asked for; also the events of the sockets, and the form of a refusal."""

import threading
from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields

from server.core.http.auth import CONSOLE, allow
from server.core.http.wire import Wire, platform


class Problem(Wire):
    """A refusal: a stable code and its facts, and no prose (RFC 9457 without a title)."""

    status = fields.Integer(required=True)
    code = fields.String(required=True)
    facts = fields.Dict(required=True)
    fields_ = fields.Dict(data_key="fields")


class HuxueApi(Api):
    """flask-smorest without its own error pages (``server.core.http.errors`` answers all failures alike).

    The document takes longer to make than all the rest of a process; hardly anybody asks a process for it.
    """

    def __init__(self, app: Any) -> None:
        self._waiting: list[Blueprint] = []
        self._making = threading.Lock()
        super().__init__(app)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Take the routes in, and keep what the document will say of them for when it is asked for."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._waiting.append(blp)

    def _openapi_json(self) -> Response:
        """Give the document: in the demo to anybody, elsewhere to signed-in consoles, as any map of what is here."""
        return self._document() if platform().settings.demo else allow(*CONSOLE)(self._document)()

    def _document(self) -> Response:
        with self._making:
            if self._waiting:
                super()._register_responses()
                for one in self._waiting:
                    one.register_views_in_doc(self, self._app, self.spec, name=one.name, parameters=None)
                    self.spec.tag({"name": one.name, "description": one.description})
                _describe(self.spec, platform().areas.event_payloads())
                self._waiting.clear()
        answer: Response = super()._openapi_json()
        return answer

    def _register_responses(self) -> None:
        """Leave the answers that routes share to ``_document`` as well."""

    def _register_error_handlers(self) -> None:
        """Leave the failures to ``server.core.http.errors``."""


def _describe(spec: Any, payloads: Mapping[str, type[Schema]]) -> None:
    """Add the payloads of events as webhooks, and ``Problem`` as the answer to all that is refused."""
    for schema in payloads.values():
        # A schema that a route answers with is there already.
        if schema.__name__ not in spec.components.schemas:
            spec.components.schema(schema.__name__, schema=schema)
    spec.components.schema("Problem", schema=Problem)
    spec.options["webhooks"] = {
        name: {
            "post": {
                "summary": f"Socket.IO batches carry it as the data of {name}",
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": f"#/components/schemas/{schema.__name__}"}}
                    }
                },
                "responses": {"200": {"description": "Nothing is answered."}},
            }
        }
        for name, schema in payloads.items()
    }
    refusal = {
        "description": "Refused",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in spec._paths.values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"]["default"] = refusal
