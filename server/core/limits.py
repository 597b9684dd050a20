"""The numbers of all areas' rules: each area has a frozen dataclass of its own, found here by its type."""

from typing import TypeVar

Part = TypeVar("Part")


class Limits:
    """The numbers that the rules work with; what nobody has set is the rule's own default (docs/sources.md).

    ``limits[Window]`` gives the window of shifts. An area adds its numbers by a dataclass whose fields all have
    defaults; ``server.config`` puts in what the settings say otherwise.
    """

    def __init__(self, *parts: object) -> None:
        self._parts = {type(part): part for part in parts}

    def __getitem__(self, kind: type[Part]) -> Part:
        """Give the numbers of one kind."""
        found = self._parts.get(kind)
        if found is None:
            found = next((part for part in self._parts.values() if isinstance(part, kind)), None) or kind()
            self._parts[kind] = found
        assert isinstance(found, kind)
        return found

    def but(self, *parts: object) -> "Limits":
        """Give the same limits with some parts in the place of others."""
        return Limits(*self._parts.values(), *parts)
