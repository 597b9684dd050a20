"""A phone's duty and what it hears of its post, as pwa/src/apply/duty/post-news.ts has it."""

from typing import Any

from server.core.access.roles import Group

GROUPS = [str(group) for group in Group]
NOT_TOLD = {"may_confirm": False, "with_all": False, "flags": [], "distance_m": None, "new_face": False}
NOBODY: dict[str, Any] = {
    **dict.fromkeys(("check_in_id", "account_id", "category", "verdict")),
    "flags": [],
}


def line_after(line: dict[str, Any], news: dict[str, Any]) -> dict[str, Any] | None:
    """Give a post's line after some news of it; ``None`` where it does not follow from them."""
    if news["version"] <= line["version"]:
        return line
    named = any(seat["account_id"] is not None for seat in line["seats"])
    if news["after"] is None or news["after"] > line["version"] or (line["seats"] and named != news["named"]):
        return None
    after = {**line, **news["line"], "version": news["version"]}
    if not news["named"]:
        heads = [
            (group, verified)
            for group in GROUPS
            for told, verified in ((after["present"], True), (after["waiting"], False))
            for _head in range(told[group])
        ]
        return {**after, "seats": [{**NOBODY, "group": of, "verified": verified} for of, verified in heads]}
    changed = [{key: value for key, value in seat.items() if key != "name"} for seat in news["seats"]]
    seats = [*_kept(line["seats"], news), *changed]
    missed = set(line["no_shows"]) - set(news["came"]) | set(news["missed"])
    seats.sort(key=lambda seat: (GROUPS.index(seat["group"]), seat["check_in_id"]))
    return {**after, "seats": seats, "no_shows": sorted(missed)}


def duty_after(duty: dict[str, Any], news: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Give a phone's duty after some news of its post, and whether it asks for the duty."""
    if duty["line"] is None or duty["line"]["post_id"] != news["post_id"]:
        return duty, False
    line = line_after(duty["line"], news)
    if line is None or line is duty["line"]:
        return duty, line is None
    shift = duty["check_in"]["shift"]
    fetched = duty["may_confirm"] or (line["peak"], line["date"]) != (shift["peak"], shift["date"])
    colleagues = (
        _colleagues(duty["colleagues"], news) if news["named"] and not fetched else duty["colleagues"]
    )
    ask = colleagues is None or "phase" in news["line"] or (fetched and bool(news["seats"] or news["gone"]))
    post = {**duty["post"], "line": line}
    return {**duty, "line": line, "post": post, "colleagues": colleagues or duty["colleagues"]}, ask


def _kept(people: list[dict[str, Any]], news: dict[str, Any]) -> list[dict[str, Any]]:
    changed = {*news["gone"], *(seat["check_in_id"] for seat in news["seats"])}
    return [one for one in people if one["check_in_id"] not in changed]


def _colleagues(people: list[dict[str, Any]], news: dict[str, Any]) -> list[dict[str, Any]] | None:
    names = {one["account_id"]: one["name"] for one in people}
    found = _kept(people, news)
    for seat in news["seats"]:
        name = seat["name"] or names.get(seat["account_id"])
        if name is None:
            return None
        found.append({**seat, "name": name, **NOT_TOLD})
    return sorted(found, key=lambda one: int(one["check_in_id"]))
