"""What is left of an answer in which a person stood who is erased."""

# Under what an answer names a person, and under what it says by number who that is.
NAMING = frozenset({"name", "claimed_name", "phone_masked", "phone", "telephone"})
WHO = frozenset({"id", "account_id"})


def without(value: object, account_id: int, words: frozenset[str], instead: str) -> object:
    """Put something in the place of what names a person, where it says that it is he; all else stays.

    ``words`` are his names and numbers: a guard who calls himself ``open`` takes no state out of others' answers.
    """
    if isinstance(value, list):
        return [without(one, account_id, words, instead) for one in value]
    if not isinstance(value, dict):
        return value
    his = any(value.get(key) == account_id for key in WHO)
    return {
        key: instead if his and key in NAMING and one in words else without(one, account_id, words, instead)
        for key, one in value.items()
    }
