"""What can go wrong in the service, and what each error means outside.

ServiceError
├── SettingsError       a variable of the environment is unknown or malformed
├── InputError          what was given cannot be read; says what, where and what to do
│   ├── TooLarge        it is larger than the limit that the message names
│   ├── BadRequest      a parameter has a value that is not known
│   ├── NotFetched      the address of a page was not fetched
│   ├── KeyReused       an Idempotency-Key came with another question
│   └── recognizers.RecognizerError  a model is not installed, or not the one that was checked
├── NotFound            there is no such list, version or entry
├── DataError           the data folder cannot be read or written
├── NoKey               an API key is needed, and none that is good was given
├── NotAllowed          the key may not do this
├── TooOften            the caller has asked too often; carries when to try again
└── Unavailable         not ready, or too much to do; carries when to try again
    └── StillAnswering  the first request with the same Idempotency-Key is not answered yet
"""

from __future__ import annotations


class ServiceError(Exception):
    """Base of every error of the service; its text is fit to be shown to a user."""


class SettingsError(ServiceError):
    """A setting is unknown or malformed."""


class InputError(ServiceError):
    """What was given cannot be read."""


class Unreadable(InputError):
    """A whole file or body cannot be read; says where and why."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


class TooLarge(InputError):
    """What was given is larger than a limit."""


class BadRequest(InputError):
    """A parameter has a value that is not known."""


class NotFetched(InputError):
    """An address was not fetched; says why, and nothing of the network that the service is in."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the page was not fetched: {reason}")


class KeyReused(InputError):
    """An Idempotency-Key came with another question."""


class NotFound(ServiceError):
    """There is no such thing."""


class DataError(ServiceError):
    """The data folder cannot be read or written."""


class Unavailable(ServiceError):
    """The service cannot answer now; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StillAnswering(Unavailable):
    """The first request with the same key is not answered yet; `retry_after` is in seconds."""


class NoKey(ServiceError):
    """An API key is needed."""


class NotAllowed(ServiceError):
    """The key may not do this."""


class TooOften(ServiceError):
    """The caller has asked too often; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
