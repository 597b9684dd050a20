"""What a service that speaks S3 means by its refusals, in words for a log; never what was sent to it."""

import re

from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)

from server.core.files.store import NotKept, NotThere, StoreAway

GAVE_UP = "the file store does not answer"

_WORDS = {
    "SignatureDoesNotMatch": "the file store refuses the secret: it does not belong to the key (HUXUE_FILES_SECRET)",
    "InvalidAccessKeyId": "the file store does not know the key (HUXUE_FILES_KEY)",
    "AccessDenied": "the file store does not let the key do this",
    "RequestTimeTooSkewed": "the clocks of this machine and of the file store differ by too much",
    "NoSuchBucket": "the file store has no such bucket (HUXUE_FILES)",
    "SlowDown": "the file store has too much to do",
    "AuthorizationHeaderMalformed": "the bucket is in another region (HUXUE_FILES_REGION)",
    "PermanentRedirect": "the bucket is in another region or at another address (HUXUE_FILES_ENDPOINT)",
    "SecondLevelDomainForbidden": "the file store wants the bucket in its host name (HUXUE_FILES_STYLE=virtual)",
}
_MISSING = {"NoSuchKey", "404"}
_FORBIDDEN = {"403", "Forbidden"}


def not_kept(failure: BotoCoreError | ClientError, what: str) -> NotKept:
    """Make of a failure of a call (``get_object`` …) what the store says of it."""
    if isinstance(failure, ClientError):
        return _refused(str(failure.response.get("Error", {}).get("Code", "")), what)
    if isinstance(failure, SSLError):
        return StoreAway(
            "the file store's certificate is not believed, or it speaks no TLS (HUXUE_FILES_ENDPOINT)"
        )
    if isinstance(failure, ReadTimeoutError | ConnectTimeoutError):
        return StoreAway(GAVE_UP)
    if isinstance(failure, EndpointConnectionError):
        return StoreAway("the file store cannot be reached (HUXUE_FILES_ENDPOINT)")
    return StoreAway(f"the file store was cut off ({type(failure).__name__})")


def _refused(code: str, what: str) -> NotKept:
    if code in _MISSING and what == "get_object":
        return NotThere("the file store has no such file")
    if code in _FORBIDDEN:
        code = "AccessDenied"
    if code in _WORDS:
        return StoreAway(_WORDS[code])
    # A word of the service's own, as long as it is one.
    said = code if re.fullmatch(r"[A-Za-z0-9.]{1,40}", code) else "no code"
    return StoreAway(f"the file store refuses: {said}")
