"""What is left of an answer in which a person stood who is erased."""

from collections.abc import Collection


def without(value: object, words: Collection[str], instead: str) -> object:
    """Put something in the place of each text that is one of some words, however deep it lies; all else stays."""
    if isinstance(value, str):
        return instead if value in words else value
    if isinstance(value, list):
        return [without(one, words, instead) for one in value]
    if isinstance(value, dict):
        return {key: without(one, words, instead) for key, one in value.items()}
    return value
