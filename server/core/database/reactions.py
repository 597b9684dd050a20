"""What areas do in the same transaction when something happens in an area below them.

An area announces a fact by its own frozen dataclass (``transaction.announce(AccountClosed(…))``). The areas above it
react: ``server.areas`` says which function reacts to which fact. So an area never imports one above it, and what
belongs together is written together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

Said = TypeVar("Said")
# A function of the transaction and the fact; what it gives goes back to whoever asked, save ``None``.
Reaction = Callable[[Any, Any], Any]


class Question(Generic[Said]):
    """A fact that asks the areas above for something: ``transaction.ask`` gives what they answer."""

    __slots__ = ()


class Reactions:
    """The functions that react to facts, by the fact's class, in the order of the areas."""

    def __init__(self, reactions: Iterable[tuple[type, Reaction]] = ()) -> None:
        self._by_fact: defaultdict[type, list[Reaction]] = defaultdict(list)
        for fact, react in reactions:
            self._by_fact[fact].append(react)

    def to(self, fact: object) -> list[Reaction]:
        """Give what reacts to a fact."""
        return self._by_fact.get(type(fact), [])
