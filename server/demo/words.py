"""What the demo says on the terminal, in English, with a post's QR code to scan."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from server.config import Settings
from server.core.files.qr import qr_text
from server.demo.district import FIRST_CODE
from server.demo.local_certificate import Certificate

WHO = {
    "guard": "guard (security)",
    "duty_leader": "duty leader",
    "school": "school",
    "station": "police station",
    "dispatcher": "dispatcher",
    "district": "district",
}


def progress(text: str) -> None:
    """Show how far a work is: over the last such line on a terminal, a line of its own in a log."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{text[:width]:<{min(width, 60)}}", end="", flush=True)
    elif " of " not in text or _is_last(text):
        print(text, flush=True)


def _is_last(text: str) -> bool:
    done, _, total = text.rpartition(": ")[2].partition(" of ")
    return done == total


def done(text: str) -> None:
    """Say that a work is done."""
    progress(text)
    if sys.stdout.isatty():
        print(flush=True)


def port_in_use(port: int) -> str:
    """Say that somebody listens there already, and what to do."""
    return (
        f"port {port} is in use, perhaps by another demo. End that one, or choose another port "
        f"by HUXUE_PORT={port + 1} in front of the command."
    )


def welcome(
    settings: Settings,
    here: str,
    *,
    logs: Path,
    certificate: Certificate | None,
    people: Sequence[Mapping[str, str]],
    also: Sequence[str] = (),
) -> None:
    """Show the addresses, the sign-ins, a QR code to scan, and how to end."""
    lines = [
        "",
        f"  Phone      {here}/",
        f"  Console    {here}/console",
        f"  Sign-ins   {here}/demo   or one click on a link, on this machine only:",
        *(
            f"               {WHO.get(one['who'], one['who']):<17} {here}/demo?as={one['who']}"
            for one in people
        ),
        "",
        f"  A post's page, as its poster's code opens it:  {settings.public_url}/p/{FIRST_CODE}",
        "",
        qr_text(f"{settings.public_url}/p/{FIRST_CODE}", colour=sys.stdout.isatty()),
        "",
        *(_for_phones(settings, certificate) if certificate else ()),
    ]
    if settings.simulate:
        lines += [
            f"  {settings.simulate_guards:,} simulated guards come and go; the map is full after a minute.",
            "  Without them: make run ARGUMENTS=--quiet",
        ]
    lines += also
    lines += ["  An empty district instead, from its first administrator on: make run EMPTY=1", ""]
    lines += [f"  Logs in {logs}. Ctrl-C ends everything.", ""]
    print("\n".join(lines), flush=True)


def empty(settings: Settings, here: str, *, link: str | None, logs: Path) -> None:
    """Show where the first administrator of an empty district is made, or where he signs in."""
    print(
        "\n".join(
            [
                "",
                f"  First administrator   {here}/console/setup#{link}   (once, within 24 hours)"
                if link
                else f"  Console    {here}/console/sign-in   (the first administrator is there already)",
                f"  Phone      {settings.public_url}/",
                "",
                "  Set-up at the console says what to do first. No SMS leaves: the codes of guards are shown",
                "  on their pages, as in the demo. Delete the database's file to begin anew.",
                f"  Logs in {logs}. Ctrl-C ends everything.",
                "",
            ]
        ),
        flush=True,
    )


def _for_phones(settings: Settings, certificate: Certificate) -> list[str]:
    return [
        f"  A phone in the same network scans the code or opens {settings.public_url}",
        "  1. It warns of an unknown certificate: this machine made its own. Choose to go on all the same",
        "     (Android: Advanced, Proceed; iPhone: Show Details, visit this website).",
        "     Some iPhones then still block live updates; to trust it, send this file to the phone:",
        f"     {certificate.authority}",
        "  2. It asks for the position when you check in, and for the camera when you scan.",
        "  3. It asks for your number; the code that an SMS would bring is shown on the page.",
        "  The one-click sign-ins do not work from there. Does nothing open? Let the firewall pass the port.",
        "",
    ]
