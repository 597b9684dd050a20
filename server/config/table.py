"""The one table of all settings; it also makes ``docs/settings.md``."""

from server.config.alarms import ALARMS
from server.config.people import PEOPLE
from server.config.reading import Setting
from server.config.serving import SERVING
from server.config.texts import TEXTS
from server.config.ways_out import WAYS_OUT

SETTINGS: dict[str, Setting] = {**SERVING, **PEOPLE, **ALARMS, **WAYS_OUT, **TEXTS}


def settings_page() -> str:
    """Write the table of all settings as Markdown."""
    lines = [
        "# Settings",
        "",
        "All come from the environment and are checked at start. This page is made by `make settings`.",
        "",
        "| variable | unit | default | allowed | meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{one.variable}` | {one.unit} | {f'`{one.default}`' if one.default else ''} "
        f"| {one.read.allowed} | {one.sentence} |"
        for one in SETTINGS.values()
    ]
    return "\n".join(lines) + "\n"
