"""Who counts in an alarm: what one telephone number and a picture of a poster change for others is nothing."""

from datetime import datetime

from server.duty.tables import check_in
from tests.tools.district import LATITUDE, LONGITUDE
from tests.tools.duty import SECURITY_2, answer_of, asked, put_at
from tests.tools.field import A_METRE, Morning, acts, called, doubts

NORTH, FAR = 580, 19_700


def _resolve(morning: Morning, alarm: dict[str, object]) -> None:
    body = {"outcome": "false", "finding": "测试"}
    assert morning.console().post(f"/api/alarms/{alarm['id']}/resolution", body).status_code == 200


def _seconds(morning: Morning, alarm: dict[str, object], known: set[int]) -> dict[int, float]:
    """Give after how many seconds each of some people was asked to an alarm."""
    told = morning.seen(alarm)
    began = told["raised_at"]
    return {number: _since(began, at) for number, at in called(told).items() if number in known}


def _since(began: str, at: str) -> float:
    return (datetime.fromisoformat(at) - datetime.fromisoformat(began)).total_seconds()


def test_seven_strangers_meet_no_tier_and_keep_nobody_from_being_called(morning: Morning) -> None:
    """They claim to be everything, stand on the spot and answer at once; real people are asked as without them."""
    known = {number for post in morning.team for number in post}
    raiser = morning.caller(morning.team[0][0])
    alone = morning.press(raiser)
    morning.pass_by(200)
    without = _seconds(morning, alone, known)
    _resolve(morning, alone)

    claims = ["police", "police", "duty_leader", "teacher", "security", "security", "volunteer"]
    strangers = [morning.insiders.stranger(claim) for claim in claims]
    alarm = morning.press(raiser)
    numbers = {one.account_id for one in strangers}
    assert numbers <= set(asked(alarm, tier=1)), "everybody on the spot is warned"
    assert {doubts(alarm)[number] for number in numbers} == {"not_approved"}
    for one in strangers:
        morning.answer(one, alarm, "responding")
        morning.answer(one, alarm, "on_scene")
    told = morning.seen(alarm)
    assert [tier["met_at"] for tier in told["tiers"]] == [None, None, None]
    assert told["acknowledged_at"] is None
    morning.pass_by(200)
    assert _seconds(morning, alarm, known) == without


def test_forty_false_alarms_bind_nobody(morning: Morning) -> None:
    """Whoever is asked to alarms of raisers without standing is free for a real one: the same people are called."""
    known = {number for post in morning.team for number in post}
    raiser = morning.caller(morning.team[0][0])
    alone = morning.press(raiser)
    without = {tier: asked(alone, tier=tier) for tier in (1, 2, 3)}
    _resolve(morning, alone)
    for number in range(40):
        one = morning.insiders.stranger("volunteer", on_duty=False)
        false = morning.press(one, metres=2_000 + 400 * number)
        assert false["full_standing"] is False
    alarm = morning.press(raiser)
    assert {tier: [one for one in asked(alarm, tier=tier) if one in known] for tier in (1, 2, 3)} == without
    assert not any(one["busy"] for one in alarm["responses"] if "busy" in one)


def test_two_raisers_are_not_sent_to_each_others_alarm(morning: Morning) -> None:
    first = morning.team[0][0]
    one = morning.press(morning.caller(first))
    other = morning.press(morning.caller(morning.team[1][0]))
    assert first not in called(morning.seen(other))
    on_the_spot = set(asked(morning.seen(one), tier=1))
    others = {*asked(other, tier=2), *asked(other, tier=3)}
    elsewhere = set(morning.team[2])
    assert others <= on_the_spot | elsewhere
    assert others & elsewhere, "whoever is near no alarm goes first"


def test_a_press_far_away_is_an_alarm_of_its_own(morning: Morning) -> None:
    """Within a minute of another one, and of somebody who pressed before: the people there are called."""
    first = morning.press(morning.caller(morning.team[0][0]))
    off_duty = morning.district.guards[2][SECURITY_2]
    elsewhere = morning.press(morning.caller(off_duty), metres=FAR)
    assert elsewhere["id"] != first["id"]
    again = morning.press(morning.caller(morning.team[0][0]), post=2)
    assert again["id"] not in {first["id"], elsewhere["id"]}
    assert set(morning.team[2][1:]) <= set(asked(again, tier=1))
    pressed = next(line for line in morning.seen(first)["timeline"] if line["act"] == "pressed_elsewhere")
    assert (pressed["facts"]["other"], pressed["facts"]["post_id"]) == (
        again["id"],
        morning.district.posts[2],
    )


def test_a_stranger_who_presses_everywhere_has_one_alarm_with_many_places(morning: Morning) -> None:
    stranger = morning.insiders.stranger("volunteer", on_duty=False)
    first = morning.press(stranger, post=0)
    again = morning.press(stranger, post=2)
    assert again["id"] == first["id"]
    told = morning.seen(first)
    assert [place["post_id"] for place in told["places"]] == [morning.district.posts[2]]
    assert set(morning.team[2]) <= set(called(told)), "the people there are warned"
    assert acts(told).count("further_place") == 1
    second_station = morning.insiders.console("station_officer", station_id=morning.district.stations[1])
    assert morning.caller(second_station).get(f"/api/alarms/{first['id']}").status_code == 200


def test_made_up_places_of_a_stranger_call_people_to_two_more_at_most(morning: Morning) -> None:
    """Beyond them a press is recorded only, never refused; consoles hear of it."""
    stranger = morning.insiders.stranger("volunteer", on_duty=False)
    first = morning.press(stranger, post=0)
    told = [morning.press(stranger, metres=3_000 * number) for number in range(1, 6)]
    assert {one["id"] for one in told} == {first["id"]}
    assert ["recorded_only" in one for one in told] == [False, False, True, True, True]
    assert len(morning.seen(first)["places"]) == 2
    course = morning.console().get(f"/api/alarms/{first['id']}/timeline", limit=40).json["items"]
    assert [one["act"] for one in course].count("further_report") == 5
    # With standing he raises an alarm of his own there.
    school = morning.console("school_admin")
    assert school.post(f"/api/guards/{stranger.account_id}/approval", {"approved": True}).status_code == 200
    assert morning.press(stranger, metres=21_000)["id"] != first["id"]


def test_a_decoy_swallows_no_press(morning: Morning) -> None:
    """A stranger's alarm at the victim's post: the victim's press gives it full standing at that moment."""
    decoy = morning.press(morning.insiders.stranger("volunteer", on_duty=False), post=0)
    assert decoy["full_standing"] is False
    morning.clock.wind(seconds=2)
    alarm = morning.press(morning.caller(morning.team[0][0]), metres=0)
    assert alarm["id"] == decoy["id"]
    assert alarm["full_standing"] is True
    assert set(asked(alarm, tier=2)) & set(morning.team[1])
    assert asked(alarm, tier=3)
    # A decoy some way off swallows nothing at all.
    far = morning.press(morning.insiders.stranger("volunteer", on_duty=False), metres=3_000)
    victim = morning.press(morning.caller(morning.team[2][0]))
    assert victim["id"] != far["id"]


def test_one_report_that_names_two_places_calls_people_to_both(morning: Morning) -> None:
    """The post was scanned, the phone is elsewhere: both are told until a console chooses."""
    alarm = morning.press(morning.caller(morning.team[0][0]), post=0, metres=2 * 1_112)
    assert alarm["post_id"] == morning.district.posts[0]
    assert [place["post_id"] for place in alarm["places"]] == [morning.district.posts[2]]
    assert set(morning.team[2]) <= set(called(alarm))
    place_id = alarm["places"][0]["id"]
    chosen = morning.console().post(f"/api/alarms/{alarm['id']}/place", {"place_id": place_id}).json
    assert (chosen["post_id"], chosen["places"]) == (morning.district.posts[2], [])
    assert set(morning.team[2]) <= set(called(chosen)), "whoever was called stays asked"
    # Each is told how far it is to the place that was chosen; who stands there is of the first tier.
    there, before = (answer_of(chosen, morning.team[post][1]) for post in (2, 0))
    assert (there["tier"], there["distance_m"] < 50) == (1, True)
    assert (before["tier"], before["why"]) == (2, "nearest") and 2_000 < before["distance_m"] < 2_500


def test_a_post_scanned_long_ago_gives_way_to_where_the_phone_is(morning: Morning) -> None:
    one = morning.insiders.stranger("volunteer", on_duty=False)
    scanned = morning.clock.now()
    morning.clock.wind(seconds=601)
    body = {"post_code": morning.district.codes[0], "post_scanned_at": scanned.isoformat()}
    alarm = one.post("/api/alarms", body | {"fix": morning.fix(2 * 1_112)}).json
    assert (alarm["post_id"], alarm["places"]) == (morning.district.posts[2], [])


def test_a_post_that_was_never_scanned_gives_way_to_a_good_fix_and_to_ones_own_duty(
    morning: Morning,
) -> None:
    """Its number alone is no proof of having been there; where nothing else is known it is the place all the same."""
    named, there = {"post_id": morning.district.posts[0]}, morning.district.posts[2]
    away = morning.insiders.stranger("volunteer", on_duty=False)
    alarm = away.post("/api/alarms", named | {"fix": morning.fix(2 * 1_112)}).json
    assert (alarm["post_id"], alarm["place_from"], alarm["places"]) == (there, "fix", [])

    on_duty = morning.insiders.stranger("volunteer", post=1)
    alarm = on_duty.post("/api/alarms", named | {"fix": morning.fix(4_000)}).json
    assert (alarm["post_id"], alarm["place_from"]) == (morning.district.posts[1], "post")

    blind = morning.insiders.stranger("volunteer", on_duty=False)
    alarm = blind.post("/api/alarms", named).json
    assert (alarm["post_id"], alarm["place_from"]) == (morning.district.posts[0], "post")


def test_on_scene_counts_only_near(morning: Morning) -> None:
    """From 580 m it is kept as said, is marked and meets no target; said again at the gate it counts."""
    alarm = morning.press(morning.caller(morning.team[0][0]))
    neighbour = next(number for number in asked(alarm, tier=2) if number in morning.team[1])
    phone, now = morning.caller(neighbour), morning.clock.now()
    put_at(morning.store, neighbour, latitude=LATITUDE + NORTH * A_METRE, longitude=LONGITUDE, at=now)
    morning.answer(phone, alarm, "on_scene")
    said = answer_of(morning.seen(alarm), neighbour)
    assert said["state"] == "on_scene"
    assert abs(said["off_scene_m"] - NORTH) < 5
    assert morning.seen(alarm)["tiers"][1]["met_at"] is None
    morning.clock.wind(seconds=60)
    put_at(morning.store, neighbour, latitude=LATITUDE, longitude=LONGITUDE, at=morning.clock.now())
    morning.answer(phone, alarm, "on_scene")
    told = morning.seen(alarm)
    assert answer_of(told, neighbour)["off_scene_m"] is None
    assert told["tiers"][1]["met_by"] == neighbour


def test_approval_and_suspension_act_at_once_in_an_open_alarm(morning: Morning) -> None:
    """A suspended officer's word is taken back; a stranger who is approved counts from then on."""
    alarm = morning.press(morning.caller(morning.team[0][0]))
    officer = morning.team[0][4]
    morning.answer(morning.caller(officer), alarm, "on_scene")
    assert morning.seen(alarm)["tiers"][2]["met_by"] == officer
    station = morning.console("station_officer")
    decided = station.post(f"/api/guards/{officer}/approval", {"approved": False, "reason": "调离"})
    assert decided.status_code == 200, decided.json
    told = morning.seen(alarm)
    assert (told["tiers"][2]["met_by"], told["acknowledged_by"]) == (None, None)
    assert answer_of(told, officer)["doubt"] == "suspended"
    assert set(asked(told, tier=1)) >= {officer}
    stranger = morning.insiders.stranger("teacher")
    decoy = morning.press(morning.insiders.stranger("volunteer", on_duty=False), metres=5_000)
    assert decoy["full_standing"] is False
    morning.pass_by(60)
    school = morning.console("school_admin")
    _resolve(morning, alarm)
    second = morning.press(morning.caller(morning.team[0][0]))
    morning.answer(stranger, second, "responding")
    assert morning.seen(second)["acknowledged_by"] is None
    approved = school.post(f"/api/guards/{stranger.account_id}/approval", {"approved": True})
    assert approved.status_code == 200, approved.json
    told = morning.seen(second)
    assert answer_of(told, stranger.account_id)["doubt"] is None
    assert told["acknowledged_by"] == stranger.account_id


def test_a_console_lets_a_person_count_for_one_alarm(morning: Morning) -> None:
    alarm = morning.press(morning.caller(morning.team[0][0]))
    stranger = morning.insiders.stranger("police")
    second = morning.press(morning.caller(morning.team[0][0]), post=0)
    assert second["id"] == alarm["id"]
    morning.pass_by(60)
    told = morning.seen(alarm)
    assert doubts(told).get(stranger.account_id, "not_approved") == "not_approved"
    if stranger.account_id not in called(told):
        added = morning.console().post(
            f"/api/alarms/{alarm['id']}/responders", {"account_id": stranger.account_id}
        )
        assert added.status_code == 200, added.json
    morning.answer(stranger, alarm, "responding")
    assert morning.seen(alarm)["acknowledged_by"] is None
    body = {"account_id": stranger.account_id}
    assert stranger.post(f"/api/alarms/{alarm['id']}/counting", body).status_code == 403
    told = morning.console("station_officer").post(f"/api/alarms/{alarm['id']}/counting", body).json
    assert (answer_of(told, stranger.account_id)["doubt"], told["acknowledged_by"]) == (
        None,
        stranger.account_id,
    )
    assert "let_count" in acts(told)
    _resolve(morning, alarm)
    later = morning.press(morning.caller(morning.team[0][0]))
    assert doubts(later)[stranger.account_id] == "not_approved"


def test_a_poor_phone_takes_no_standing_from_an_approved_person(morning: Morning) -> None:
    with morning.store.transaction(morning.clock.now()) as transaction:
        transaction.connection.execute(
            check_in.update().values(verified=False, flags=["no_fix", "late_sync", "not_rostered"])
        )
    alarm = morning.press(morning.caller(morning.team[0][0]))
    assert set(doubts(alarm).values()) == {None}
    morning.answer(morning.caller(morning.team[0][1]), alarm, "responding")
    assert morning.seen(alarm)["tiers"][0]["met_by"] == morning.team[0][1]
