"""What can go wrong in the review, and what each error means over HTTP.

ReviewError (a ServiceError)
├── NotAllowed          403  the role may not do this, or the maker would be the checker
├── NotLoggedIn         401  no session, or it ended
├── TooManyAttempts     429  logins are throttled; carries when to try again
├── Absent              404  there is no such case, decision, user …
├── Stale               409  somebody else changed the case since it was read
├── NotPossible         409  the state of the case does not allow it
├── Malformed           422  what was given cannot be a decision, an alert line, a user …
└── TrailBroken         500  the audit trail is not whole; carries the place of the first change
"""

from __future__ import annotations

from service.errors import ServiceError


class ReviewError(ServiceError):
    """Base of every error of the review; `status` is its HTTP status."""

    status = 500


class NotAllowed(ReviewError):
    """The user may not do this."""

    status = 403


class NotLoggedIn(ReviewError):
    """There is no valid session."""

    status = 401


class TooManyAttempts(ReviewError):
    """Too many failed logins; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Absent(ReviewError):
    """There is no such thing."""

    status = 404


class Stale(ReviewError):
    """The case changed since it was read; read it again and decide again."""

    status = 409


class NotPossible(ReviewError):
    """The state of the case does not allow this."""

    status = 409


class Malformed(ReviewError):
    """What was given is not what it should be."""

    status = 422


class TrailBroken(ReviewError):
    """The audit trail was changed; `place` is where the first change stands."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
