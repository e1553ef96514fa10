"""Tokens that were tampered with: none is let in, and the only thing that comes of one is a refusal.

SAFEGUARDING_FULL=1 asks for 100,000 of them in place of 20,000, SAFEGUARDING_MUTATIONS for as many as it says;
SAFEGUARDING_SEED repeats a run.
"""

import base64
import hashlib
import hmac
import json
import os
import random
import string
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from bot.frontdoor import FrontDoor, Refused
from bot.signing_keys import SigningKeys
from tests.builders import MONDAY_MORNING
from tests.keyserver import APP_ID, TENANT, FakeKeyServer, KeyPair, activity, body, claims, key_pair

ENOUGH = 20_000
"""With so many each check is reached, whatever the seed."""
FULL = 100_000 if os.environ.get("SAFEGUARDING_FULL") else ENOUGH
MUTATIONS = max(ENOUGH, int(os.environ.get("SAFEGUARDING_MUTATIONS") or FULL))
SEED = int(os.environ.get("SAFEGUARDING_SEED") or random.SystemRandom().randrange(2**32))
NOW = MONDAY_MORNING
KEY, OTHERS_KEY = key_pair("key-1"), key_pair("key-1", bits=2049)
GENUINE = KEY.token(claims(NOW))
CHARACTERS = string.ascii_letters + string.digits + "-_=.+/ \t\n\x00é\u200b\ud800"
PUBLIC_KEY = KEY.private.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
ODD: tuple[Any, ...] = (None, "", " ", "x", True, False, -1, 1.5, [], {}, [APP_ID], {"a": 1}, "\ud800", 10**20, 1e300)
ODD_INSTANTS: tuple[Any, ...] = (None, "", "soon", True, False, -1, float("nan"), float("inf"), 10**20, 10**400, [], {})
PAST = int((NOW - timedelta(minutes=6)).timestamp())
FUTURE = int((NOW + timedelta(minutes=6)).timestamp())

EXPECTED = {
    *("token.malformed", "token.algorithm", "token.key_unknown", "token.signature", "token.claim_missing"),
    *("token.issuer", "token.audience", "token.expired", "token.not_yet_valid", "service_url.differs"),
}

Mutation = Callable[[random.Random], str]


def flipped(chance: random.Random) -> str:
    place = chance.randrange(len(GENUINE))
    return GENUINE[:place] + chance.choice(CHARACTERS) + GENUINE[place + 1 :]


def with_a_bit_flipped(chance: random.Random) -> str:
    """A bit in what the characters stand for, so that the token is well formed."""
    parts = GENUINE.split(".")
    which = chance.randrange(3)
    raw = bytearray(base64.urlsafe_b64decode(parts[which] + "=="))
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    parts[which] = _base64url(bytes(raw))
    return ".".join(parts)


def with_its_spare_bits_set(chance: random.Random) -> str:
    """The last character of a signature of 256 bytes has four bits that stand for nothing."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    return GENUINE[:-1] + alphabet[alphabet.index(GENUINE[-1]) | chance.randrange(1, 16)]


def swapped(chance: random.Random) -> str:
    mixed = list(GENUINE)
    one, other = chance.randrange(len(mixed)), chance.randrange(len(mixed))
    mixed[one], mixed[other] = mixed[other], mixed[one]
    return "".join(mixed)


def with_its_parts_mixed(chance: random.Random) -> str:
    return ".".join(chance.choices([*GENUINE.split("."), ""], k=chance.randrange(1, 6)))


def truncated(chance: random.Random) -> str:
    start = chance.choice((0, 0, chance.randrange(len(GENUINE))))
    return GENUINE[start : chance.randrange(start, len(GENUINE) + 1)]


def padded(chance: random.Random) -> str:
    place = chance.choice((0, len(GENUINE), chance.randrange(len(GENUINE))))
    return GENUINE[:place] + "".join(chance.choices(CHARACTERS, k=chance.randrange(1, 5))) + GENUINE[place:]


def with_equals_signs(chance: random.Random) -> str:
    parts = GENUINE.split(".")
    parts[chance.randrange(3)] += "=" * chance.randrange(1, 4)
    return ".".join(parts)


def signed_by_another(chance: random.Random) -> str:
    said = claims(NOW, jti=str(chance.random()))
    return OTHERS_KEY.token(said, **chance.choice(({}, {"jwk": OTHERS_KEY.jwk}, {"x5u": "https://evil.example"})))


def with_a_claim_dropped(chance: random.Random) -> str:
    dropped = chance.sample(["iss", "aud", "exp", "nbf", "serviceurl"], k=chance.randrange(1, 6))
    return signed(claims(NOW, jti=str(chance.random()), **dict.fromkeys(dropped)))


def with_a_claim_changed(chance: random.Random) -> str:
    changes = {
        "iss": (*ODD, "https://api.botframework.com/", "https://API.botframework.com", "https://sts.windows.net/x/"),
        "aud": (*ODD, APP_ID.upper(), APP_ID + " ", APP_ID[:-1], [APP_ID, "x"], f"api://{APP_ID}"),
        "exp": (*ODD_INSTANTS, 0, 1.5, PAST, -PAST),
        "nbf": (*ODD_INSTANTS, FUTURE, str(PAST)),
        "serviceurl": (*ODD, "https://evil.example/", "https://smba.trafficmanager.net/uk//", "HTTP://x"),
    }
    name = chance.choice(list(changes))
    return signed({**claims(NOW), "jti": str(chance.random()), name: chance.choice(changes[name])})


def with_its_claims_spoilt(chance: random.Random) -> str:
    """Signed by the right key, and not claims at all."""
    length = chance.randrange(1, 4_000)
    spoilt = (b"", b"[" * length, b'{"a":' * length, b"null", b"\xff" * length, b"7", b'"x"', b"[{}]", b"9" * length)
    return signed(chance.choice(spoilt))


def with_another_algorithm(chance: random.Random) -> str:
    name: Any = chance.choice(
        ("none", "None", "NONE", "", "HS256", "HS512", "RS384", "ES256", "PS256", "rs256", 7, None, [])
    )
    said = json.dumps(claims(NOW, jti=str(chance.random()))).encode()
    return assembled({"alg": name, "kid": "key-1"}, said, chance.choice((_by_hmac, _by_nothing, _by_pss, _by_key)))


def with_the_algorithm_faked(chance: random.Random) -> str:
    said = json.dumps(claims(NOW, jti=str(chance.random()))).encode()
    return assembled({"alg": "RS256", "kid": "key-1"}, said, chance.choice((_by_hmac, _by_nothing, _by_pss, _by_rs384)))


def with_its_header_changed(chance: random.Random) -> str:
    kids: tuple[Any, ...] = (None, "", "key-2", "KEY-1", " key-1", 7, ["key-1"], {}, "../key-1", "x" * 5_000)
    criticals: tuple[Any, ...] = ([], ["b64"], ["exp"], "b64", None, 7)
    changes: tuple[dict[str, Any], ...] = (
        *({"kid": odd} for odd in kids),
        *({"crit": odd} for odd in criticals),
        *({"b64": False, "crit": odd} for odd in criticals),
        {"b64": False},
    )
    said = json.dumps(claims(NOW, jti=str(chance.random()))).encode()
    return assembled({"alg": "RS256", "kid": "key-1", **chance.choice(changes)}, said, _by_key)


MUTATED: tuple[Mutation, ...] = (
    flipped, with_a_bit_flipped, with_its_spare_bits_set, swapped, with_its_parts_mixed, truncated, padded,
    with_equals_signs, signed_by_another, with_a_claim_dropped, with_a_claim_changed, with_its_claims_spoilt,
    with_another_algorithm, with_the_algorithm_faked, with_its_header_changed,
)  # fmt: skip


def signed(said: dict[str, Any] | bytes, key: KeyPair = KEY) -> str:
    """A token signed by `key`, whatever it says."""
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return assembled({"alg": "RS256", "kid": key.kid}, raw, _by_key)


def assembled(header: dict[str, Any], said: bytes, sign: Callable[[bytes], bytes]) -> str:
    message = f"{_base64url(json.dumps(header).encode())}.{_base64url(said)}"
    return f"{message}.{_base64url(sign(message.encode()))}"


def _by_key(message: bytes) -> bytes:
    return KEY.private.sign(message, padding.PKCS1v15(), hashes.SHA256())


def _by_rs384(message: bytes) -> bytes:
    return KEY.private.sign(message, padding.PKCS1v15(), hashes.SHA384())


def _by_pss(message: bytes) -> bytes:
    return KEY.private.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


def _by_hmac(message: bytes) -> bytes:
    return hmac.digest(PUBLIC_KEY, message, hashlib.sha256)


def _by_nothing(message: bytes) -> bytes:
    return b""


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def mutants() -> Iterator[tuple[str, str]]:
    """So many mutated tokens, each with the name of what was done to it."""
    chance = random.Random(SEED)  # noqa: S311  # chosen to be repeated
    made = 0
    while made < MUTATIONS:
        mutation = MUTATED[made % len(MUTATED)]
        token = mutation(chance)
        if token != GENUINE:
            made += 1
            yield mutation.__name__, token


async def test_no_mutated_token_is_let_in_and_nothing_else_comes_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{MUTATIONS} mutated tokens, SAFEGUARDING_SEED={SEED}\n")
    let_in: list[tuple[str, str]] = []
    reasons: Counter[str] = Counter()
    async with FakeKeyServer(KEY) as server, aiohttp.ClientSession() as client:
        keys = SigningKeys(client, server.url, lambda: NOW)
        door = FrontDoor(APP_ID, frozenset({TENANT}), keys, lambda: NOW)
        posted = body(activity())
        for mutation, token in mutants():
            try:
                await door.admit(f"Bearer {token}", posted)
            except Refused as refused:
                reasons[refused.reason] += 1
            else:
                let_in.append((mutation, token))
        assert await door.admit(f"Bearer {GENUINE}", posted) == activity()  # the door is not simply shut
        assert await door.admit(f"Bearer {signed(claims(NOW))}", posted)  # nor is it the making of our tokens
    assert let_in == []
    assert reasons.total() == MUTATIONS
    assert set(reasons) == EXPECTED  # each check was put to work
    assert server.fetches == 2  # the first, and one for all the unknown keys


@pytest.mark.parametrize("mutation", MUTATED, ids=lambda mutation: mutation.__name__)
def test_each_mutation_changes_the_token(mutation: Mutation) -> None:
    chance = random.Random(SEED)  # noqa: S311  # chosen to be repeated
    assert len({mutation(chance) for _ in range(50)} - {GENUINE}) > 1
