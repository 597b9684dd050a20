"""The shipped rules and the dashboard ask for figures that the server gives, with the limits of the status page."""

import json
import re

import pytest
from flask import Flask

from server.operations.rules import status
from tests.tools.server import ROOT

MONITORING = ROOT / "deploy" / "monitoring"
RULE = re.compile(
    r"- alert: (?P<name>\w+)\n +expr: (?P<expr>.+)\n +for: \w+\n +labels: \{ severity: (?P<severity>\w+) \}\n"
    r' +annotations:\n +summary: "(?P<summary>.+)"'
)
WRITTEN = (MONITORING / "alerts.yml").read_text()
RULES = [one.groupdict() for one in RULE.finditer(WRITTEN)]
EXPRESSIONS = {one["name"]: one["expr"] for one in RULES}
FIGURE = re.compile(r"\bhuxue_\w+")


def figures(app: Flask) -> set[str]:
    told = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text
    return {line.split()[2] for line in told.splitlines() if line.startswith("# TYPE")}


def test_rules_and_dashboard_ask_for_what_there_is(app: Flask) -> None:
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked = {name for expression in (*EXPRESSIONS.values(), *shown) for name in FIGURE.findall(expression)}
    assert len(asked) > 12
    assert asked <= figures(app)


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        ("HuxueAlarmMessagesStuck", status.ALARM_MESSAGE_LATE_S),
        ("HuxueMessagesStuck", status.MESSAGE_LATE_S),
        ("HuxueAuditorSilent", status.AUDITOR_SILENT.total_seconds()),
        ("HuxueDiskFull", status.FULL_DISK),
        ("HuxueDiskLow", status.LOW_DISK),
        ("HuxueCertificateEnds", status.CERTIFICATE_LATE_DAYS),
        ("HuxueCertificateEndsSoon", status.CERTIFICATE_SOON_DAYS),
        ("HuxueJobsWait", status.JOB_LATE_S),
        ("HuxueManyWrongSignIns", status.MANY_FAILED_SIGN_INS),
        ("HuxueCalendarUnknown", status.CALENDAR_LATE_DAYS),
    ],
)
def test_a_rule_has_the_limit_of_the_page(rule: str, limit: float) -> None:
    assert float(EXPRESSIONS[rule].split()[-1]) == limit


def test_each_rule_says_how_urgent_it_is_and_what_is_wrong() -> None:
    assert len(RULES) == WRITTEN.count("- alert:")
    assert {one["severity"] for one in RULES} == {"page", "look"}
    assert all(one["summary"].endswith(".") for one in RULES)
