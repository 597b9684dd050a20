"""How early a password is tried by whoever guesses it; no network is asked."""

from collections.abc import Iterable

from zxcvbn import zxcvbn

# Below it, says zxcvbn, a password is somewhat guessable: its score is under 3.
FEWEST_GUESSES = 10**8
# What comes after adds nothing to the answer, and much to the time that it takes.
LOOKED_AT = 72
OUR_WORDS = ("huxue", "huxuegang", "hxg", "police", "school", "station", "district", "dispatcher")


def tried_early(password: str, *, about: Iterable[str] = ()) -> bool:
    """Tell whether a password is among the first that are tried: a common one, or little more than one.

    ``about`` are words of the account itself (user name, name, school). The lists are those of zxcvbn: leaked
    passwords, words, names, and patterns such as rows of keys, dates, repetitions and exchanged letters.
    """
    words = [word.lower() for word in (*OUR_WORDS, *about) if word]
    found = zxcvbn(password[:LOOKED_AT], user_inputs=words)
    return int(found["guesses"]) < FEWEST_GUESSES
