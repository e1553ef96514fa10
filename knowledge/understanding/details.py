"""Whether a message may name somebody: an NHS number, a phone number, a postcode, an e-mail address, a date of birth.

It only says yes or no. What was found is neither returned nor kept.
"""

import re
from collections.abc import Collection

_NHS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_PHONE = re.compile(r"(?<![\d+])(?:\+44|0044|0)[ -]?(?:\(0\))?[ -]?[1-9](?:[ ()-]{0,2}\d){8,9}(?!\d)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_DATE = r"\d{1,2}[./ -](?:\d{1,2}|[a-z]{3,9})[./ -](\d{4}|\d{2})"
_BIRTH = re.compile(
    rf"\b(?:d\.?o\.?b\.?|born|date of birth|birthday)\W{{0,4}}(?:is|on|was)?\W{{0,3}}{_DATE}\b", re.IGNORECASE
)
_FULL_DATE = re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-](\d{4})(?!\d)")
CHECKED_DIGITS = 9
"""The tenth digit of an NHS number checks the nine before it (NHS Data Dictionary, modulus 11)."""


def may_identify(text: str, year: int, published: Collection[str] = ()) -> bool:
    """Whether something in the text may identify a person. `year`: this one; a full date of an earlier year may be a
    birthday. `published`: numbers of services, in digits, which identify nobody."""
    if _EMAIL.search(text) or _POSTCODE.search(text) or _BIRTH.search(text):
        return True
    if any(int(found[1]) < year for found in _FULL_DATE.finditer(text)):
        return True
    numbers = {digits(found[0]) for found in _PHONE.finditer(text)}
    return bool(numbers - set(published)) or any(is_nhs_number(digits(found[0])) for found in _NHS.finditer(text))


def digits(number: str) -> str:
    """A number as it is dialled inside the country: digits only."""
    only = re.sub(r"\D", "", number.replace("(0)", ""))
    return re.sub(r"^(?:0044|44)(?=\d{10}$)", "0", only)


def is_nhs_number(number: str) -> bool:
    """Whether ten digits carry the right check digit."""
    if len(number) != CHECKED_DIGITS + 1 or len(set(number)) == 1:
        return False
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(number[:CHECKED_DIGITS]))
    return (11 - total % 11) % 11 == int(number[-1])
