"""The app package for Teams: what is in the zip, which faults are named, and that Microsoft's own schema accepts it."""

import io
import json
import os
import runpy
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from bot.package import TEMPLATE, BadPackage, build, packed
from bot.png import BadPng, read
from dialogs.help import not_mine, what_i_can_do, write_in_private
from dialogs.reply import as_text
from knowledge import safe_default
from tests.builders import conversation, library, turn

APP_ID = "2f8e1b4c-6a0d-4d53-8a5f-0b7c9d1e2f30"
BASE_URL = "https://safeguarding.example.org"
PACKAGE = Path("node_modules/@microsoft/app-manifest/build/json-schemas/teams/v1.25/MicrosoftTeams.schema.json")
SCHEMA = Path(__file__).parents[2] / PACKAGE
DRAWING = runpy.run_path(str(TEMPLATE / "draw_icons.py"))


def template() -> dict[str, bytes]:
    return {name: (TEMPLATE / name).read_bytes() for name in ("manifest.json", "color.png", "outline.png")}


def opened(package: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(package))


def manifest(package: bytes | None = None) -> dict[str, Any]:
    filled: dict[str, Any] = json.loads(opened(package or build(APP_ID, BASE_URL, "1.2.0")).read("manifest.json"))
    return filled


def faults(app_id: str = APP_ID, base_url: str = BASE_URL, version: str = "1.2.0", **files: bytes) -> tuple[str, ...]:
    """What is named wrong; `files` take the place of manifest_json, color_png or outline_png."""
    changed = {name.replace("_", "."): content for name, content in files.items()}
    with pytest.raises(BadPackage) as refused:
        packed({**template(), **changed}, app_id, base_url, version)
    return refused.value.faults


def edited(**changes: Any) -> bytes:
    """The template with these top-level entries changed."""
    return json.dumps({**json.loads(template()["manifest.json"]), **changes}).encode()


def commands(scope: str) -> list[str]:
    lists = manifest()["bots"][0]["commandLists"]
    return [command["title"] for each in lists if scope in each["scopes"] for command in each["commands"]]


@pytest.fixture(scope="session")
def schema() -> Draft4Validator:
    """Microsoft's schema; without it the test is skipped with the reason, and in CI fails."""
    if not SCHEMA.exists():
        why_not = "Microsoft's schema of the manifest is not installed (npm ci: @microsoft/app-manifest)"
        if os.environ.get("CI"):
            pytest.fail(f"CI has to install what this test needs: {why_not}")
        pytest.skip(why_not)
    return Draft4Validator(json.loads(SCHEMA.read_text("utf-8-sig")))


# What is in the zip


def test_its_three_files_stand_at_the_root() -> None:
    assert opened(build(APP_ID, BASE_URL, "1.2.0")).namelist() == ["color.png", "manifest.json", "outline.png"]


def test_it_is_the_same_byte_for_byte_each_time() -> None:
    package = build(APP_ID, BASE_URL, "1.2.0")
    assert package == build(APP_ID.upper(), f"{BASE_URL.upper().replace('HTTPS', 'https')}/", "1.2.0")
    for entry in opened(package).infolist():
        held = (entry.date_time, entry.external_attr, entry.create_system, entry.compress_type)
        assert held == ((1980, 1, 1, 0, 0, 0), 0o100644 << 16, 3, zipfile.ZIP_STORED)


def test_ids_addresses_and_version_come_from_the_settings() -> None:
    filled = manifest()
    assert (filled["id"], filled["version"]) == (APP_ID, "1.2.0")
    assert {filled["bots"][0]["botId"], filled["composeExtensions"][0]["botId"]} == {APP_ID}
    assert filled["validDomains"] == ["safeguarding.example.org"]
    assert filled["developer"]["websiteUrl"] == f"{BASE_URL}/"
    assert filled["developer"]["privacyUrl"] == f"{BASE_URL}/privacy"
    assert filled["developer"]["termsOfUseUrl"] == f"{BASE_URL}/terms"


def test_it_goes_to_personal_chats_teams_and_group_chats_with_its_two_tabs() -> None:
    filled = manifest()
    assert filled["bots"][0]["scopes"] == ["personal", "team", "groupChat"]
    assert [tab["entityId"] for tab in filled["staticTabs"]] == ["conversations", "about"]


def test_its_description_opens_with_the_fixed_line_and_says_that_it_is_no_referral() -> None:
    description = manifest()["description"]
    assert description["full"].startswith(safe_default.DANGER)
    assert "It makes no referral" in description["full"]
    assert "not a referral" in description["short"]


def test_microsofts_schema_accepts_it(schema: Draft4Validator) -> None:
    assert [error.message for error in schema.iter_errors(manifest())] == []


def test_microsofts_schema_would_have_seen_a_fault(schema: Draft4Validator) -> None:
    assert not schema.is_valid({**manifest(), "name": {"short": "N" * 31}})
    assert not schema.is_valid({**manifest(), "madeUp": True})


# What its menu offers


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("I'm worried about a child", ["children_front_door"]),
        ("I'm worried about an adult", ["adults_front_door"]),
        ("I'm worried about a child and an adult", ["children_front_door", "adults_front_door"]),
        ("I'm worried about someone", ["children_front_door", "adults_front_door"]),
        ("Who do I ring?", ["children_front_door", "adults_front_door"]),
        ("How do I refer a child?", ["How do I refer a child to MASH?"]),
        ("How do I write it down?", ["How do I write it down?"]),
        ("Can I share information?", ["Can I share information?"]),
        ("Help", ["I tell you who to ring"]),
        ("Start again", ["I have forgotten what you said before"]),
    ],
)
def test_a_command_of_the_menu_does_what_it_says(typed: str, shown: list[str]) -> None:
    assert typed in commands("personal")
    reply = conversation().reply(turn(typed))
    answer = as_text(reply).casefold()
    assert [it for it in shown if it not in reply.routes and it.casefold() not in answer] == []


def test_no_command_of_the_menu_is_answered_with_i_cannot() -> None:
    cannot = {as_text(not_mine())}
    said = {typed: as_text(conversation().reply(turn(typed))) for typed in commands("personal")}
    assert len(said) == 10
    assert [typed for typed, answer in said.items() if answer in cannot] == []


@pytest.mark.parametrize("scope", ["team", "groupChat"])
def test_a_command_in_a_shared_chat_shows_the_numbers_and_nothing_of_a_concern(scope: str) -> None:
    assert commands(scope) == ["Who do I ring?", "Help"]
    for typed in commands(scope):
        assert conversation().reply(turn(typed, is_shared=True)) == write_in_private()


def test_help_in_the_menu_is_the_welcome() -> None:
    assert as_text(conversation().reply(turn("Help"))) == as_text(what_i_can_do(library()))


# Settings that will not do


@pytest.mark.parametrize("app_id", ["", "not-a-guid", APP_ID[:-1], f"{APP_ID} ", f"{{{APP_ID}}}", "{{APP_ID}}"])
def test_an_app_id_that_is_no_guid_is_named(app_id: str) -> None:
    assert [fault.split(" is ")[0] for fault in faults(app_id=app_id)] == ["MicrosoftAppId"]


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "safeguarding.example.org",
        "http://safeguarding.example.org",
        "https://",
        "https://localhost",
        "https://127.0.0.1",
        "https://[::1]",
        "https://safeguarding.example.org/bot",
        "https://safeguarding.example.org//",
        "https://safeguarding.example.org?",
        "https://safeguarding.example.org/#",
        "https://name:word@safeguarding.example.org",
        "https://safeguarding.example.org:0",
        "https://safeguarding.example.org:99999",
        "https://safeguarding.example.org\n",
        " https://safeguarding.example.org",
        "https://*.example.org",
        "https://s\u0430feguarding.example.org",  # a Cyrillic a
    ],
)
def test_an_address_that_is_not_https_without_a_path_is_named(base_url: str) -> None:
    assert [fault.split(" is ")[0] for fault in faults(base_url=base_url)] == ["--base-url"]


@pytest.mark.parametrize("version", ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-beta", "v1.2.3", "١.٢.٣"])
def test_a_version_that_is_not_three_numbers_is_named(version: str) -> None:
    assert [fault.split(" is ")[0] for fault in faults(version=version)] == ["the version"]


def test_every_fault_of_the_settings_is_named_at_once() -> None:
    assert len(faults("", "", "")) == 3


@settings(database=None, deadline=None)
@given(st.text(), st.text(), st.text())
def test_whatever_the_settings_hold_is_refused_with_words(app_id: str, base_url: str, version: str) -> None:
    with pytest.raises(BadPackage):
        build(app_id, base_url, version)


# A template that will not do


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": {"short": "N" * 31}}, "name.short has 31 characters, and 30 are allowed"),
        ({"name": {"short": " "}}, "name.short is missing"),
        ({"description": {"short": "D" * 81, "full": "D"}}, "description.short has 81 characters, and 80 are allowed"),
        (
            {"description": {"short": "D", "full": "D" * 4001}},
            "description.full has 4001 characters, and 4000 are allowed",
        ),
        ({"developer": {"name": "D" * 33}}, "developer.name has 33 characters, and 32 are allowed"),
        ({"bots": [{}, {}]}, "bots: there are 2, and 1 allowed"),
        ({"composeExtensions": [{}, {}]}, "composeExtensions: there are 2, and 1 allowed"),
        (
            {"composeExtensions": [{"commands": [{}] * 11}]},
            "composeExtensions' commands: there are 11, and 10 allowed",
        ),
        (
            {"bots": [{"commandLists": [{}, {"commands": [{}] * 13}]}]},
            "commands in list 2: there are 13, and 12 allowed",
        ),
        ({"accentColor": "{{COLOUR}}"}, "nothing is known to fill {{COLOUR}} with"),
        ({"icons": {"color": "icons/color.png"}}, "icons must be color.png and outline.png, at the root of the zip"),
    ],
)
def test_a_fault_of_the_manifest_is_named(changes: dict[str, Any], fault: str) -> None:
    assert f"manifest.json: {fault}" in faults(manifest_json=edited(**changes))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_manifest_that_cannot_be_read_is_named(content: bytes) -> None:
    assert [fault.split(":")[0] for fault in faults(manifest_json=content)] == ["manifest.json"]


# Icons


def picture(pixels: int, colour: tuple[int, int, int, int]) -> bytes:
    """A picture of one colour, with a transparent first pixel."""
    drawn: bytes = DRAWING["png"](pixels, bytes(4) + bytes(colour) * (pixels * pixels - 1))
    return drawn


@pytest.mark.parametrize(
    ("icon", "fault"),
    [
        (picture(33, (255, 255, 255, 255)), "this is 33x33, and must be 32x32"),
        (picture(32, (255, 255, 254, 255)), "this must be white on transparent (8 bits a channel, RGBA)"),
        (
            DRAWING["png"](32, bytes(4) + b"\xff\xff\xff\xff" + b"\0\0\0\xff" * 1022),
            "this must be white on transparent (8 bits a channel, RGBA)",
        ),
        (picture(32, (255, 255, 255, 0)), "this must be white on transparent (8 bits a channel, RGBA)"),
        (DRAWING["png"](32, b"\xff" * 4096), "this must be white on transparent (8 bits a channel, RGBA)"),
        (b"GIF89a", "this is not a PNG"),
        (picture(32, (255, 255, 255, 255))[:-20], "this is a broken PNG"),
    ],
)
def test_an_outline_that_will_not_do_is_named(icon: bytes, fault: str) -> None:
    assert faults(outline_png=icon) == (f"outline.png: {fault}",)


def test_a_colour_icon_of_another_size_is_named() -> None:
    icon = picture(96, (16, 68, 126, 255))
    assert faults(color_png=icon) == ("color.png: this is 96x96, and must be 192x192",)


def test_a_missing_icon_is_named() -> None:
    files = template()
    del files["color.png"]
    with pytest.raises(BadPackage, match=r"color\.png: this is missing"):
        packed(files, APP_ID, BASE_URL, "1.2.0")


@pytest.mark.parametrize("name", ["color", "outline"])
def test_the_icons_are_what_the_script_draws(name: str, tmp_path: Path) -> None:
    DRAWING["main"](tmp_path)
    again, kept = (read((folder / f"{name}.png").read_bytes()).pixels for folder in (tmp_path, TEMPLATE))
    assert again
    assert kept
    assert max(abs(a - b) for a, b in zip(again, kept, strict=True)) <= 16  # a sample more or less at an edge


def filtered(rows: list[bytes]) -> bytes:
    """The rows of a picture, each with the filter of its number, as drawing programs write them."""
    above, out = bytes(len(rows[0])), b""
    for method, row in enumerate(rows):
        shifted, corners = bytes(4) + row[:-4], bytes(4) + above[:-4]
        guesses = {
            0: bytes(len(row)),
            1: shifted,
            2: above,
            3: bytes((a + b) // 2 for a, b in zip(shifted, above, strict=True)),
            4: bytes(paeth(*three) for three in zip(shifted, above, corners, strict=True)),
        }[method]
        out += bytes([method]) + bytes((value - guess) % 256 for value, guess in zip(row, guesses, strict=True))
        above = row
    return out


def paeth(left: int, up: int, corner: int) -> int:
    """The predictor in the PNG specification's own words."""
    near_left, near_up, near_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if near_left <= near_up and near_left <= near_corner:
        return left
    return up if near_up <= near_corner else corner


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@settings(database=None, deadline=None)
@given(st.lists(st.binary(min_size=20, max_size=20), min_size=5, max_size=5))
def test_a_picture_is_read_whatever_way_its_rows_were_written(rows: list[bytes]) -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 5, 8, 6, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(filtered(rows)))
    assert read(b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")).pixels == b"".join(rows)


OUTLINE_PNG = template()["outline.png"]


@settings(database=None, deadline=None)
@given(st.integers(0, len(OUTLINE_PNG) - 1), st.integers(1, 255))
def test_a_picture_with_a_changed_or_missing_byte_is_refused(at: int, change: int) -> None:
    changed = OUTLINE_PNG[:at] + bytes([OUTLINE_PNG[at] ^ change]) + OUTLINE_PNG[at + 1 :]
    for damaged in (changed, OUTLINE_PNG[:at]):
        with pytest.raises(BadPng, match=r"is not a PNG|is a broken PNG"):
            read(damaged)
