"""Alarms while many send pictures at once: real servers on each engine."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from tests.tools.duty import put_on_duty
from tests.tools.pictures import send_over, written
from tests.tools.web import WebCaller
from tests.tools.world import living

AT_ONCE = 20
CONSOLES = ("school_admin", "station_officer", "dispatcher", "district_admin")


@pytest.mark.alone
@pytest.mark.parametrize("engine", ["eventlet", "gevent", "threads"])
def test_an_alarm_is_answered_within_a_second_beside_twenty_pictures_of_twelve_megapixels(
    sqlite_template: Path, tmp_path: Path, engine: str
) -> None:
    database = tmp_path / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    noise = Image.effect_noise((1_000, 750), 60).resize((4_000, 3_000)).convert("RGB")
    content = written(noise, "JPEG", quality=90)
    with living(f"sqlite:///{database}", tmp_path / "server.log", HUXUE_ENGINE=engine) as world:
        district = world.district
        on_the_spot = put_on_duty(world.store, district, post=0, seats=range(6), now=datetime.now(UTC))
        alarm = world.write(on_the_spot[0], "/api/alarms", fix=None)["id"]
        senders = [*on_the_spot, *(district.consoles[role] for role in CONSOLES)]
        answers: list[int] = []

        def send_one(account: int) -> None:
            answers.append(send_over(WebCaller(world, account), alarm, content).status_code)

        sending = [threading.Thread(target=send_one, args=(senders[one % 10],)) for one in range(AT_ONCE)]
        for thread in sending:
            thread.start()
        took = []
        while any(thread.is_alive() for thread in sending):
            began = time.monotonic()
            world.write(district.guards[len(took) % 2 + 1][len(took) % 7], "/api/alarms", fix=None)
            took.append(time.monotonic() - began)
        print(f"{engine}: {len(took)} alarms, slowest {max(took):.3f} s, answers {sorted(answers)}")
        assert len(took) > 5
        assert max(took) < 1
        assert answers.count(201) >= AT_ONCE / 2
        assert set(answers) <= {201, 503}
