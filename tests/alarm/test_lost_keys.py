"""An alarm where no telephone can be opened: it is raised and answered as ever, and the numbers are missing."""

from dataclasses import replace

from flask import Flask

from server.app import create_app
from server.config import Settings
from server.core.database.sealing.keys import Suite, new_key
from server.delivery.queries import deliverability
from server.delivery.rules.channels import ChannelName
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict


def test_an_alarm_goes_on_without_the_keys(
    app: Flask, settings: Settings, district: SmallDistrict, team: list[list[int]], clock: WoundClock
) -> None:
    lost = create_app(replace(settings, keys=new_key(Suite.AES).line), now=clock.now)
    store = lost.extensions["huxue"].store
    raised = Caller(lost, team[0][0], clock.now()).post("/api/alarms")
    assert raised.status_code == 201 and raised.json["responses"]
    desk = Caller(lost, district.consoles["dispatcher"], clock.now())
    assert desk.post(f"/api/alarms/{raised.json['id']}/acknowledgement").status_code == 200
    people = desk.get(f"/api/alarms/{raised.json['id']}/people").json["people"]
    assert {one["telephone"] for one in people} == {None} and all(one["name"] for one in people)
    with store.read() as connection:
        ways = deliverability.to_people(connection, team[0], open_channels=[ChannelName.SMS], now=clock.now())
    store.close()
    assert ways == {}, "who has no number that can be opened is called by the other ways"
