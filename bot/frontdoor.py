"""The front door for Teams: who may hand us an activity. It runs before any SDK code and says nothing to a person.

The checks are those of "Authentication with the Bot Connector API" (Microsoft Learn, connector to bot, step 4), and
stricter ones where that page leaves room. There is no way to switch any of them off.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

import jwt

from bot.settings import is_loopback
from bot.signing_keys import SigningKey, SigningKeys
from knowledge.clock import Clock

LARGEST_BODY = 256 * 1024
MOST_BRACKETS = 2_000
ISSUER = "https://api.botframework.com"
ALGORITHM = "RS256"
CHANNEL = "msteams"
LEEWAY = timedelta(minutes=5)
LARGEST_TOKEN = 16 * 1024
_LAST_INSTANT = 10**11
"""Seconds since 1970 after which an instant in a token is not one: about the year 5138."""
_BEARER = re.compile(r"[Bb]earer ([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII)
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""A JSON string; one that never ends counts to the end of the body, so that the count takes one pass."""
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_SERVICE_URL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*)(?::(?P<port>\d{{1,5}}))?(?:/[\w~-][\w.~-]*)*/?",
    re.ASCII | re.IGNORECASE,
)
_OPTIONS: Any = {
    "require": ["iss", "aud", "exp", "nbf", "serviceurl"],
    "strict_aud": True,
    "verify_exp": False,  # by our own clock, below
    "verify_nbf": False,
    "verify_iat": False,
}


class Reason(Enum):
    """Why a request is not let in: the status to answer with, and the name to log."""

    BODY_TOO_LARGE = 413, "body.too_large"
    BODY_TOO_NESTED = 400, "body.too_nested"
    BODY_NOT_JSON = 400, "body.not_json"
    BODY_NOT_AN_OBJECT = 400, "body.not_an_object"
    TOKEN_MISSING = 401, "token.missing"
    TOKEN_MALFORMED = 401, "token.malformed"
    TOKEN_ALGORITHM = 401, "token.algorithm"
    TOKEN_KEY_UNKNOWN = 401, "token.key_unknown"
    TOKEN_SIGNATURE = 401, "token.signature"
    TOKEN_CLAIM_MISSING = 401, "token.claim_missing"
    TOKEN_ISSUER = 401, "token.issuer"
    TOKEN_AUDIENCE = 401, "token.audience"
    TOKEN_EXPIRED = 401, "token.expired"
    TOKEN_NOT_YET_VALID = 401, "token.not_yet_valid"
    CHANNEL_NOT_ENDORSED = 403, "channel.not_endorsed"
    CHANNEL_NOT_TEAMS = 403, "channel.not_teams"
    SERVICE_URL_DIFFERS = 403, "service_url.differs"
    SERVICE_URL_NOT_ALLOWED = 403, "service_url.not_allowed"
    TENANT_MISSING = 403, "tenant.missing"
    TENANTS_DIFFER = 403, "tenant.differs"
    TENANT_NOT_OURS = 403, "tenant.not_ours"


class Refused(Exception):
    """A request that is not let in: `status` (400, 401, 403 or 413) is the whole answer, `reason` is for the log."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value[1])
        self.status: int = reason.value[0]
        self.reason: str = reason.value[1]


@dataclass(frozen=True)
class HostRule:
    """Where our own token may be sent: these hosts and hosts below these domains, by https on port 443.

    `takes_loopback`: this machine too, by http and on any port. For development and tests.
    """

    hosts: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    takes_loopback: bool = False

    def allows(self, service_url: str) -> bool:
        """True for a plain address (no user, no query, nothing that is not ASCII) of an allowed host."""
        parts = _SERVICE_URL.fullmatch(service_url)
        if parts is None:
            return False
        host = parts["host"].lower()
        if self.takes_loopback and is_loopback(host):
            return True
        is_listed = host in self.hosts or any(host.endswith(f".{domain}") for domain in self.domains)
        return is_listed and parts["scheme"].lower() == "https" and parts["port"] in (None, "443")


TEAMS_HOSTS = HostRule(hosts=frozenset({"smba.trafficmanager.net"}), domains=("botframework.com",))
LOOPBACK_HOSTS = HostRule(takes_loopback=True)


class FrontDoor:
    """Lets in what Teams posts for our app (`app_id`) and for our tenants (`tenants`), and nothing else.

    Raises ValueError where there is no app id or no tenant: such a door would stand open.
    """

    def __init__(
        self, app_id: str, tenants: frozenset[str], keys: SigningKeys, clock: Clock, hosts: HostRule = TEAMS_HOSTS
    ) -> None:
        if not app_id or not tenants or "" in tenants:
            raise ValueError("a front door needs an app id and at least one tenant")
        self._app_id = app_id
        self._tenants = tenants
        self._keys = keys
        self._clock = clock
        self.hosts = hosts

    async def admit(self, authorization: str | None, body: bytes) -> dict[str, Any]:
        """The activity in `body`, where the Authorization header proves that Teams sent it. Raises Refused only."""
        activity = read_object(body)
        token = _bearer(authorization)
        key = await self._key(token)
        claims = self._claims(token, key)
        _check_channel(activity, key)
        self._check_service_url(activity, claims)
        self._check_tenant(activity)
        return activity

    async def _key(self, token: str) -> SigningKey:
        header = _header(token)
        if header.get("alg") != ALGORITHM:
            raise Refused(Reason.TOKEN_ALGORITHM)
        kid = header.get("kid")
        key = await self._keys.find(kid) if isinstance(kid, str) else None
        if key is None:
            raise Refused(Reason.TOKEN_KEY_UNKNOWN)
        return key

    def _claims(self, token: str, key: SigningKey) -> dict[str, Any]:
        try:
            claims = jwt.decode(
                token,
                key.public_key,
                algorithms=[ALGORITHM],
                audience=self._app_id,
                issuer=ISSUER,
                options=_OPTIONS,
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Refused(_reason(error)) from None
        now = self._clock().timestamp()
        if not now < _instant(claims, "exp") + LEEWAY.total_seconds():
            raise Refused(Reason.TOKEN_EXPIRED)
        if not now >= _instant(claims, "nbf") - LEEWAY.total_seconds():
            raise Refused(Reason.TOKEN_NOT_YET_VALID)
        return claims

    def _check_service_url(self, activity: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
        """The reply carries our own token to this address, so it is both the one signed for and one we know."""
        url, signed = activity.get("serviceUrl"), claims["serviceurl"]
        if not isinstance(url, str) or not isinstance(signed, str) or _same(url) != _same(signed):
            raise Refused(Reason.SERVICE_URL_DIFFERS)
        if not self.hosts.allows(url):
            raise Refused(Reason.SERVICE_URL_NOT_ALLOWED)

    def _check_tenant(self, activity: Mapping[str, Any]) -> None:
        """Teams names the tenant in its channel data, always; the conversation may say it again, and then says the
        same."""
        tenant = _within(activity, ("channelData", "tenant", "id"))
        if tenant is None:
            raise Refused(Reason.TENANT_MISSING)
        if not isinstance(tenant, str) or tenant not in self._tenants:
            raise Refused(Reason.TENANT_NOT_OURS)
        if _within(activity, ("conversation", "tenantId")) not in (None, tenant):
            raise Refused(Reason.TENANTS_DIFFER)


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`, of at most 256 KiB and 2,000 brackets outside its strings. Raises Refused."""
    if len(body) > LARGEST_BODY:
        raise Refused(Reason.BODY_TOO_LARGE)
    if _brackets(body) > MOST_BRACKETS and _brackets(_STRING.sub(b"", body)) > MOST_BRACKETS:
        raise Refused(Reason.BODY_TOO_NESTED)
    try:
        activity = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(Reason.BODY_NOT_JSON) from None
    if not isinstance(activity, dict):
        raise Refused(Reason.BODY_NOT_AN_OBJECT)
    return activity


def _brackets(body: bytes) -> int:
    return body.count(b"{") + body.count(b"[")


def _bearer(authorization: str | None) -> str:
    if not authorization:
        raise Refused(Reason.TOKEN_MISSING)
    found = _BEARER.fullmatch(authorization) if len(authorization) <= LARGEST_TOKEN else None
    if found is None:
        raise Refused(Reason.TOKEN_MALFORMED)
    return found[1]


def _header(token: str) -> dict[str, Any]:
    """What the token says of itself, not yet proved. PyJWT refuses base64 with spare bits: a token has one form."""
    try:
        return jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise Refused(Reason.TOKEN_MALFORMED) from None


_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (jwt.InvalidSignatureError, Reason.TOKEN_SIGNATURE),
    (jwt.MissingRequiredClaimError, Reason.TOKEN_CLAIM_MISSING),
    (jwt.InvalidIssuerError, Reason.TOKEN_ISSUER),
    (jwt.InvalidAudienceError, Reason.TOKEN_AUDIENCE),
)


def _reason(error: Exception) -> Reason:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.TOKEN_MALFORMED)


def _instant(claims: Mapping[str, Any], name: str) -> float:
    """Seconds since 1970 (RFC 7519, NumericDate); true, infinite and absurd ones are refused."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LAST_INSTANT:
        raise Refused(Reason.TOKEN_MALFORMED)
    return value


def _check_channel(activity: Mapping[str, Any], key: SigningKey) -> None:
    channel = activity.get("channelId")
    if not isinstance(channel, str) or channel not in key.endorsements:
        raise Refused(Reason.CHANNEL_NOT_ENDORSED)
    if channel != CHANNEL:
        raise Refused(Reason.CHANNEL_NOT_TEAMS)


def _same(url: str) -> str:
    return url.lower().removesuffix("/")


def _within(holder: object, place: tuple[str, ...]) -> object:
    """What stands at this place; None where nothing does, and no text where something else stands in the way."""
    for name in place:
        if holder is None:
            return None
        if not isinstance(holder, dict):
            return ()
        holder = holder.get(name)
    return holder
