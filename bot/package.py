"""The app package for Teams: the manifest, filled in for one installation, and its icons, in a zip. Reads and sends
nothing but its own three files."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.png import BadPng, read

TEMPLATE = Path(__file__).parents[1] / "appmanifest"
MANIFEST, COLOR, OUTLINE = "manifest.json", "color.png", "outline.png"
SIZES = {COLOR: 192, OUTLINE: 32}
"""Pixels a side. This limit and those below: Microsoft's schema of the manifest, version 1.25, and its descriptions."""
LENGTHS = {"name.short": 30, "name.full": 100, "description.short": 80, "description.full": 4000, "developer.name": 32}
COMMANDS_A_LIST = 12
COMMANDS_AN_EXTENSION = 10
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold: the same for every file, so that the same content is the same bytes."""
PLAIN_FILE = 0o100644 << 16

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_VERSION = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}")
_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")


class BadPackage(Exception):
    """No package is made; `faults` names each thing to mend, in the words of a line."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def build(app_id: str, base_url: str, version: str) -> bytes:
    """The zip to upload to Teams, the same byte for byte each time. `app_id`: the GUID of the app registration;
    `base_url`: where the assistant is served, https and no path. Raises BadPackage."""
    return packed(_template(), app_id, base_url, version)


def packed(template: Mapping[str, bytes], app_id: str, base_url: str, version: str) -> bytes:
    """The zip made of these files: name -> content. Raises BadPackage."""
    if faults := tuple(_setting_faults(app_id, base_url, version)):
        raise BadPackage(faults)
    manifest = _manifest(template)
    domain = urlsplit(base_url.lower()).netloc
    values = {"APP_ID": app_id.lower(), "BASE_URL": f"https://{domain}", "DOMAIN": domain, "VERSION": version}
    filled = _filled(manifest, values)
    if faults := (*manifest_faults(filled), *icon_faults(filled, template)):
        raise BadPackage(faults)
    text = json.dumps(filled, ensure_ascii=False, indent=2) + "\n"
    return _zipped({MANIFEST: text.encode(), **{name: template[name] for name in filled["icons"].values()}})


def _template() -> dict[str, bytes]:
    try:
        return {name: (TEMPLATE / name).read_bytes() for name in (MANIFEST, COLOR, OUTLINE)}
    except OSError as missing:
        raise BadPackage((f"cannot read {missing.filename}: {missing.strerror}",)) from None


def _manifest(template: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        manifest = json.loads(template[MANIFEST])
    except (KeyError, ValueError):
        raise BadPackage((f"{MANIFEST}: this is missing, or not JSON",)) from None
    if not isinstance(manifest, dict):
        raise BadPackage((f"{MANIFEST}: this is not an object",))
    return manifest


def _setting_faults(app_id: str, base_url: str, version: str) -> Iterator[str]:
    if not _GUID.fullmatch(app_id):
        yield f"MicrosoftAppId is {app_id or 'not set'}: write the Application (client) ID, a GUID"
    if not _is_bare_https(base_url):
        yield f"--base-url is {base_url or 'empty'}: write https:// and a host name people can reach, without a path"
    if not _VERSION.fullmatch(version):
        yield f"the version is {version}: write three numbers, such as 1.2.0"


def _is_bare_https(url: str) -> bool:
    """True where the parts that may be there are all that is there."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    whole = f"https://{host}:{port}" if port else f"https://{host}"
    return bool(_HOST.fullmatch(host)) and url.removesuffix("/").lower() == whole


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    """The template with each {{NAME}} put in; a name that is not known stays, for `manifest_faults` to find."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), value)
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, values) for name, item in value.items()}
    return value


def manifest_faults(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What a filled manifest does against Teams' rules, a line each."""
    rules: tuple[Callable[[Mapping[str, Any]], Iterator[str]], ...] = (_unfilled, _lengths, _counts)
    return tuple(f"{MANIFEST}: {fault}" for rule in rules for fault in rule(manifest))


def _unfilled(manifest: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(set(_PLACEHOLDER.findall(json.dumps(manifest)))):
        yield f"nothing is known to fill {{{{{name}}}}} with"


def _lengths(manifest: Mapping[str, Any]) -> Iterator[str]:
    for place, longest in LENGTHS.items():
        group, name = place.split(".")
        words = _object(manifest.get(group)).get(name)
        if not isinstance(words, str) or not words.strip():
            yield f"{place} is missing"
        elif len(words) > longest:
            yield f"{place} has {len(words)} characters, and {longest} are allowed"


def _counts(manifest: Mapping[str, Any]) -> Iterator[str]:
    bots, extensions = _objects(manifest.get("bots")), _objects(manifest.get("composeExtensions"))
    yield from _too_many("bots", bots, 1)
    yield from _too_many("composeExtensions", extensions, 1)
    for bot in bots:
        for number, commands in enumerate(_objects(bot.get("commandLists")), start=1):
            yield from _too_many(f"commands in list {number}", _objects(commands.get("commands")), COMMANDS_A_LIST)
    for extension in extensions:
        yield from _too_many("composeExtensions' commands", _objects(extension.get("commands")), COMMANDS_AN_EXTENSION)


def _too_many(what: str, found: list[Mapping[str, Any]], most: int) -> Iterator[str]:
    if len(found) > most:
        yield f"{what}: there are {len(found)}, and {most} allowed"


def icon_faults(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> tuple[str, ...]:
    """What is wrong with the two icons or with where they are, a line each."""
    icons = _object(manifest.get("icons"))
    if icons != {"color": COLOR, "outline": OUTLINE}:
        return (f"{MANIFEST}: icons must be {COLOR} and {OUTLINE}, at the root of the zip",)
    return tuple(fault for name in (COLOR, OUTLINE) for fault in _icon_faults(name, files.get(name)))


def _icon_faults(name: str, png: bytes | None) -> Iterator[str]:
    if png is None:
        yield f"{name}: this is missing"
        return
    try:
        picture = read(png)
    except BadPng as bad:
        yield f"{name}: this {bad}"
        return
    if (picture.width, picture.height) != (SIZES[name], SIZES[name]):
        yield f"{name}: this is {picture.width}x{picture.height}, and must be {SIZES[name]}x{SIZES[name]}"
    if name == OUTLINE and not _is_white_on_nothing(picture.pixels):
        yield f"{name}: this must be white on transparent (8 bits a channel, RGBA)"


def _is_white_on_nothing(pixels: bytes | None) -> bool:
    """Something is seen, something is seen through, and whatever is seen is white."""
    if pixels is None:
        return False
    seen = [pixels[at : at + 3] for at in range(0, len(pixels), 4) if pixels[at + 3]]
    return 0 < len(seen) < len(pixels) // 4 and set(seen) == {b"\xff\xff\xff"}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [_object(item) for item in value] if isinstance(value, list) else []


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Stored, not squeezed: another version of zlib would squeeze to other bytes."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, BEGINNING)
            entry.create_system, entry.external_attr = 3, PLAIN_FILE  # written as on Unix, wherever it is made
            archive.writestr(entry, files[name])
    return zipped.getvalue()
