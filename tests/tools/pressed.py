"""Compares what must be pressed with what a run of the browser tests did press.

    TESTS_PRESSES=FOLDER python -m tests.tools.pressed [--whole]

``FOLDER`` is that of the run. A button or link that a page showed and nobody pressed fails, as does a write route, or
a key, that no hand in a browser set off, and a refusal that no page said after a press; ``unpressed.py`` has the few
exceptions with their reasons. Fields and choices of a form count by what the form sends. When only part of the browser
tests ran, nothing is compared, unless ``--whole`` says that all of them should have.
"""

import os
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from server.core.http.refusals import REFUSALS
from tests.tools import press_lists as lists
from tests.tools.presses import FOLDER
from tests.tools.unpressed import (
    BY_ITSELF,
    FOR_A_MOMENT,
    NO_CONTROL,
    UNPRESSED,
    UNPRESSED_HERE,
    UNPRESSED_KEYS,
    UNSAID,
)

Record = list[Any]
# Parts that stand on many pages and are one control: a dialog's cross, what tries again, the map's buttons, the bar,
# the strip of one's own alarm, the note to a suspended guard, and what a telephone is looked at for.
SHARED = {
    "header.el-dialog__header > button.el-dialog__headerbtn",
    *("再试一次", "立即重连", "放大", "缩小", "回到全图"),
    *("{district}护学岗", "护学岗", "English", "EN"),
    *("报警发送中", "报警未送达", "报警进行中", "报警已结束"),
    "退出",
    # On the page that somebody may not see, whichever that is.
    "回到态势",
    *("没有到岗，叫他", "在岗，有事找他", "联系不上", "核实身份", "家属或学校询问", "其他原因…"),
}


def main(arguments: list[str]) -> int:
    """Compare, and say what is missing."""
    noted = lists.records(Path(os.environ[FOLDER]))
    missing = sorted(lists.journey_files() - {record[2] for record in noted if record[1] == "file"})
    if missing and "--whole" not in arguments:
        print(f"Only part of the browser tests ran ({len(missing)} files did not): nothing is compared.")
        return 0
    faults = [f"noted nothing: {file}" for file in missing]
    faults += [*routes(noted), *keys(noted), *controls(noted), *refusals(noted)]
    print("\n".join(faults) or "Every route, key and control is pressed.")
    return int(bool(faults))


def routes(noted: list[Record]) -> list[str]:
    """Find the write routes that no press reached, in all and on each face that writes to them."""
    known = lists.write_routes()
    sent = [
        (lists.face_of(page), route, by_hand)
        for page, kind, *rest in noted
        if kind == "sent"
        for method, path, by_hand in [rest]
        if (route := lists.route_of(method, path, known))
    ]
    pressed = {route for _face, route, by_hand in sent if by_hand}
    reached = {(face, route[1]) for face, route, by_hand in sent if by_hand}
    named = {" ".join(route): route for route in known}
    excused = {*NO_CONTROL, *BY_ITSELF}
    paths = {named[name][1] for name in excused if name in named}
    return [
        *(
            f"route without a press: {name}"
            for name in sorted(set(named) - excused)
            if named[name] not in pressed
        ),
        *(
            f"route that no page sent: {name}"
            for name in BY_ITSELF
            if name in named and named[name] not in {route for _face, route, _by_hand in sent}
        ),
        *(f"no such route: {name}" for name in sorted(excused - set(named))),
        *(f"needs no exception: {name}" for name in NO_CONTROL if named.get(name) in pressed),
        *(
            f"the {face} writes to {path}, and nobody pressed it there"
            for face, path in sorted(lists.written_in_code(known) - reached - set(UNPRESSED_HERE))
            if path not in paths
        ),
        *(f"needs no exception: {' '.join(here)}" for here in UNPRESSED_HERE if here in reached),
    ]


def keys(noted: list[Record]) -> list[str]:
    """Find the console's keys that were not pressed, or not taken."""
    taken = {(lists.folder_of(page), rest[0]) for page, kind, *rest in noted if kind == "key"}
    wanted = lists.console_keys()
    return [
        *(
            f"key without a press: {key} in {page}"
            for page, key in sorted(wanted - taken - set(UNPRESSED_KEYS))
        ),
        *(f"needs no exception: {' '.join(key)}" for key in UNPRESSED_KEYS if key in taken),
    ]


def controls(noted: list[Record]) -> list[str]:
    """Find the buttons and links that stood on a page and were not pressed there."""
    found: dict[str, set[str]] = {"seen": set(), "pressed": set()}
    for page, kind, *rest in noted:
        if kind in found and not is_excused(rest[3]):
            found[kind].add(name_of(page, *rest[:3]))
    left = found["seen"] - found["pressed"]
    return [
        *(f"control without a press: {name}" for name in sorted(left - set(UNPRESSED) - set(FOR_A_MOMENT))),
        *(f"needs no exception: {name}" for name in UNPRESSED if name in found["pressed"]),
    ]


def refusals(noted: list[Record]) -> list[str]:
    """Find the refusals that no page said after a hand's press."""
    said = {rest[0] for _page, kind, *rest in noted if kind == "refusal"}
    return [
        *(f"refusal that no page said: {code}" for code in sorted(set(REFUSALS) - said - set(UNSAID))),
        *(f"needs no exception: {code}" for code in UNSAID if code in said),
        *(f"no such refusal: {code}" for code in sorted(set(UNSAID) - set(REFUSALS))),
    ]


def is_excused(target: str) -> bool:
    """A telephone's link: this machine has no telephone, and the tests read its number."""
    return target.startswith("tel:")


def name_of(page: str, own: bool, texts: list[str], shape: str) -> str:
    """Name a control: its page, or the face whose frame it stands in, and its words, or how it is made.

    Words with names or numbers put in count as one: ``确认{name}到岗``; so do those of one list: ``one alarmKind``.
    """
    words = next((found for text in texts if (found := template_of(text))), None)
    name = _choices().get(words or "") or words or shape
    own = own and name not in SHARED
    return f"{lists.page_of(page) if own else f'every page of the {lists.face_of(page)}'}: {name}"


@cache
def template_of(text: str) -> str | None:
    """Find the text of the word files that stands here, the one with the most letters of its own."""
    fitting = [template for template, pattern in templates() if pattern.fullmatch(text)]
    return max(fitting, key=lambda one: len(lists.PART.sub("", one)), default=None)


@cache
def _choices() -> dict[str, str]:
    return lists.choices()


@cache
def templates() -> list[tuple[str, re.Pattern[str]]]:
    """Give the Chinese texts, each with the pattern of what may stand on a screen."""
    return list(_patterns(lists.screen_texts("zh-CN")))


def _patterns(texts: Iterable[str]) -> Iterable[tuple[str, re.Pattern[str]]]:
    for text in dict.fromkeys(texts):
        if re.search(r"\w", lists.PART.sub("", text)):
            yield text, re.compile(lists.pattern_of(text), re.DOTALL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
