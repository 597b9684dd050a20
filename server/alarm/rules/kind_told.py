"""Whose word about an alarm's kind decides: a console's, then that of a reporter with standing, then anybody's."""

from server.alarm.rules.alarm import AlarmKind


def decides(
    told: AlarmKind,
    *,
    kind: AlarmKind | None,
    settled: bool,
    full_standing: bool,
    with_standing: bool,
    console: bool,
) -> bool:
    """Tell whether a kind that was told becomes the alarm's own; each report keeps its own anyway.

    ``settled``: a console or a reporter with standing told the present one. Who has no standing names the kind only
    of an alarm that has none either.
    """
    if console:
        return told is not kind
    if with_standing:
        return not settled
    return kind is None and not full_standing
