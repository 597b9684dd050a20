"""Whatever the OpenAPI document allows, and what it forbids: an answer that the document describes, never a 5xx.

Some cases for each operation in every run, more than 2,000 of them in ``make check-hard``.
"""

import json
from collections.abc import Callable
from functools import cache

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from server.core.access.roles import Role
from tests.tools.api_types import document as api_document
from tests.tools.client import Caller
from tests.tools.district import SmallDistrict

CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]
SignIn = Callable[[int | None], Caller]


@cache
def cases(examples: int) -> list[schemathesis.Case]:
    """Make so many right and so many wrong requests of each operation: the same for whoever sends them."""
    document = schemathesis.openapi.from_dict(json.loads(api_document()))
    made: list[schemathesis.Case] = []

    def keep(case: schemathesis.Case) -> None:
        made.append(case)

    for found in document.get_all_operations():
        for mode in GenerationMode:
            explore = settings(
                max_examples=examples,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            strategy = found.ok().as_strategy(generation_mode=mode)
            try:
                seed(len(made))(explore(given(strategy)(keep)))()
            except Unsatisfiable:
                # An operation without any argument cannot be asked wrongly.
                continue
    return made


def attack(app: Flask, sign_in: SignIn, account: int | None, examples: int) -> tuple[int, list[str]]:
    """Send all of them; give their number and what was wrong."""
    failures: list[str] = []
    for case in cases(examples):
        # A session of its own for each: one of the operations signs out.
        client = sign_in(account)
        cookie = client.client.get_cookie("huxue")
        cookies = {"huxue": cookie.value} if cookie else {}
        answer = case.call(app=app, headers={"X-CSRF-Token": client.csrf_token}, cookies=cookies)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failure:
            failures.append(str(failure))
    return len(cases(examples)), failures


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("who", ["guard", "dispatcher"])
def test_a_few_requests_of_each_kind(app: Flask, caller: SignIn, district: SmallDistrict, who: str) -> None:
    account = district.guards[0][2] if who == "guard" else district.consoles[who]
    sent, failures = attack(app, caller, account, examples=2)
    assert failures == []
    assert sent > 60


@pytest.mark.hard
@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("who", ["nobody", *Role])
def test_many_requests_of_each_kind(app: Flask, caller: SignIn, district: SmallDistrict, who: str) -> None:
    guards = {"nobody": None, "guard": district.guards[0][2]}
    account = guards[who] if who in guards else district.consoles[who]
    sent, failures = attack(app, caller, account, examples=40)
    print(f"{who}: {sent} cases")
    assert failures == []
    assert sent > 2000
