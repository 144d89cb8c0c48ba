"""One telephone number: read, classified, and shown to people."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from phonenumbers import ValidationResult as Fit
from phonenumbers import timezone as phone_zones

from bot.understanding.clean import plain, without_markup
from bot.understanding.problems import Code, Problem
from bot.understanding.zones import canonical

_REFUSED_TYPES = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
_FIXED_TYPES = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_NO_ZONE = "Etc/Unknown"
_LONGEST_SHORT = 6  # digits of an emergency or service number
_ITALY = 39  # its numbers keep their zero; elsewhere a zero that stays shows a misfit
_LONGEST = 60  # characters of one number as typed
_MISFITS = {
    Fit.IS_POSSIBLE_LOCAL_ONLY: "no_area_code",
    Fit.TOO_SHORT: "too_short",
    Fit.TOO_LONG: "too_long",
    Fit.INVALID_COUNTRY_CODE: "country_code",
    Fit.INVALID_LENGTH: "wrong_length",
}
_EXTENSION = re.compile(
    r"(?:;?\s?ext(?:ension|n)?\.?\s?[=:]?|\bx|#)\s?(\d{1,7})\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that could be dialled.

    ``valid`` is False when it is possible but no company uses that range; ``zones`` are canonical
    IANA names, empty when unknown; ``extension`` cannot be dialled and is only reported.
    """

    e164: str
    valid: bool
    region: str | None
    zones: tuple[str, ...]
    extension: str | None = None


def read_phone(text: str, default_region: str) -> Phone | Problem:
    """The number in a field that holds nothing else; local formats belong to ``default_region``."""
    said = plain(without_markup(text[:500]))
    if not any(char.isdigit() for char in said):
        return Problem(Code.NO_PHONE, found=said[:_LONGEST])
    if len(said) > _LONGEST:
        return Problem(Code.INVALID_PHONE, found=said[:_LONGEST], detail="too_long")
    extension = _EXTENSION.search(said)
    number = said[: extension.start()] if extension else said
    phone = classified(number, default_region)
    if extension and isinstance(phone, Phone):
        return Phone(phone.e164, phone.valid, phone.region, phone.zones, extension[1])
    return phone


@lru_cache(maxsize=4096)
def classified(typed: str, region: str) -> Phone | Problem:
    """The number as a ``Phone``, or why it is refused or cannot be one."""
    typed = typed.strip()
    if is_emergency(typed, region):
        return Problem(Code.REFUSED_PHONE, found=typed, detail="emergency")
    try:
        number = phonenumbers.parse(_with_plus(typed, region), region.upper())
    except NumberParseException as error:
        detail = (
            "country_code" if error.error_type == error.INVALID_COUNTRY_CODE else "not_a_number"
        )
        return Problem(Code.INVALID_PHONE, found=typed, detail=detail)
    return _of_number(number, typed)


def _of_number(number: phonenumbers.PhoneNumber, typed: str) -> Phone | Problem:
    national = phonenumbers.national_significant_number(number)
    regions = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    if any(is_emergency(national, each) for each in regions[:1]):
        return Problem(Code.REFUSED_PHONE, found=typed, detail="emergency")
    fit = phonenumbers.is_possible_number_with_reason(number)
    if fit != Fit.IS_POSSIBLE:
        return Problem(Code.INVALID_PHONE, found=typed, detail=_MISFITS.get(fit, "not_a_number"))
    kind = phonenumbers.number_type(number)
    if kind in _REFUSED_TYPES:
        return Problem(Code.REFUSED_PHONE, found=typed, detail="premium")
    valid = kind != PhoneNumberType.UNKNOWN
    if not valid and number.italian_leading_zero and number.country_code != _ITALY:
        return Problem(Code.INVALID_PHONE, found=typed, detail="wrong_length")
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        valid=valid,
        region=phonenumbers.region_code_for_number(number) if valid else None,
        zones=_zones(number, kind) if valid else (),
        extension=number.extension,
    )


def is_emergency(typed: str, region: str) -> bool:
    """Would these digits reach the emergency services from that region?"""
    digits = re.sub(r"[\s().-]", "", typed)
    if not digits.isdigit() or len(digits) > _LONGEST_SHORT:
        return False
    known = phonenumbers.is_emergency_number(digits, region.upper())
    return known or phonenumbers.connects_to_emergency_number(digits, region.upper())


def _with_plus(typed: str, region: str) -> str:
    """ "00" before a country code works from everywhere, even from regions that dial 011."""
    digits = re.sub(r"\D", "", typed)
    if typed.startswith("00") and len(digits) >= 10 and _country_of(region) == 1:
        return "+" + digits[2:]
    return typed


def _country_of(region: str) -> int:
    return phonenumbers.country_code_for_region(region.upper())


def _zones(number: phonenumbers.PhoneNumber, kind: int) -> tuple[str, ...]:
    if kind in _FIXED_TYPES:
        names = phone_zones.time_zones_for_geographical_number(number)
    else:
        names = phone_zones.time_zones_for_number(number)
    zones = (canonical(name) for name in names if name != _NO_ZONE)
    return tuple(dict.fromkeys(zone for zone in zones if zone is not None))


def zones_of(e164: str) -> tuple[str, ...]:
    """The zones a number may be in, canonical names; empty when unknown."""
    phone = classified(e164, "ZZ")
    return phone.zones if isinstance(phone, Phone) else ()


def shown(e164: str) -> str:
    """The number as people write it internationally: "+1 415-555-2671"."""
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def masked(e164: str) -> str:
    """The same with the two digits before the last two hidden: "+1 415-555-••71"."""
    text = shown(e164)
    places = [place for place, char in enumerate(text) if char.isdigit()]
    hidden = set(places[-4:-2])
    return "".join("•" if place in hidden else char for place, char in enumerate(text))


def is_region(code: str) -> bool:
    """Is that the two-letter code of a country with phone numbers?"""
    return code.upper() in phonenumbers.SUPPORTED_REGIONS
