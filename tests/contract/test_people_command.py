"""`safeguarding people`: as an administrator meets it at the server, a real process on a real database."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.test_command_line import ran, refused

TENANT, OBJECT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", "2f8e1b4c-6a0d-4d53-8a5f-0b7c9d1e2f30"
AGENCIES = "name,sector,domains,lead_name,lead_phone,deputy_name,deputy_phone\nNorthwick,health,nhs.example,,,,\n"
PEOPLE = f"tenant_id,object_id,name,email,agency,roles\n{TENANT},{OBJECT},Ann,ann@nhs.example,,agency_lead:northwick\n"

People = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def people(sqlite_address: str) -> People:
    return lambda *words: ran("people", *words, SAFEGUARDING_DATABASE_URL=sqlite_address)


def told(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def written(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    return str(path)


def test_a_table_is_shown_first_then_written_and_changes_nothing_the_second_time(
    people: People, tmp_path: Path
) -> None:
    agencies, staff = written(tmp_path / "a.csv", AGENCIES), written(tmp_path / "p.csv", PEOPLE)
    assert told(people("import", agencies)) == "row 2: added: Northwick\nNothing was written. Write it with: --write\n"
    assert "There is no agency called northwick" in refused(people("import", staff))
    assert told(people("import", agencies, "--write")) == "row 2: added: Northwick\nWritten.\n"
    assert told(people("import", staff, "--write")) == "row 2: added: Ann\nWritten.\n"
    assert told(people("import", staff, "--write")) == "row 2: same: Ann\nWritten.\n"
    (line,) = told(people("list")).splitlines()
    assert line.split(" | ")[1:] == ["Ann", "ann@nhs.example", "Northwick", "agency_lead:Northwick"]


def test_one_bad_row_keeps_the_good_ones_out(people: People, tmp_path: Path) -> None:
    other = TENANT.replace("7", "8")
    rows = (
        f"{TENANT},{OBJECT},Ann,,,\n{TENANT},{other},Bob,,Nowhere,co_chair:nothing\n{other},{other},Cy,,,co_chair:x\n"
    )
    known = "case_review, learning_and_development, quality_assurance"
    done = people("import", written(tmp_path / "p.csv", PEOPLE.splitlines()[0] + "\n" + rows), "--write")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "row 3, column agency: There is no agency called Nowhere here.",
        f"row 4, column roles: There is no sub-group x. Please write one of {known}.",
    ]
    assert told(people("list")) == ""


def test_roles_are_granted_and_withdrawn_and_a_leavers_are_listed(people: People, tmp_path: Path) -> None:
    told(people("import", written(tmp_path / "a.csv", AGENCIES), "--write"))
    told(people("import", written(tmp_path / "p.csv", PEOPLE), "--write"))
    ann = f"{TENANT}/{OBJECT}"
    assert told(people("grant", ann, "co_chair:case_review", "--why", "covering")) == "Granted: co_chair:case_review.\n"
    assert "already" in refused(people("grant", "ann@nhs.example", "co_chair:case_review"))
    assert told(people("withdraw", ann, "co_chair:case_review")) == "Withdrawn: co_chair:case_review.\n"
    assert (
        told(people("leave", ann))
        == "Marked as left. Each of these needs a new owner:\n  role: agency_lead:Northwick\n"
    )
    assert told(people("list")).endswith("| left\n")


def test_a_person_gets_a_copy_and_is_erased_only_when_told_twice(sqlite_address: str, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        return told(ran(*words, SAFEGUARDING_DATABASE_URL=sqlite_address))

    run("people", "import", written(tmp_path / "p.csv", PEOPLE.replace("agency_lead:northwick", "")), "--write")
    assert json.loads(run("export-person", "ann@nhs.example"))["people"][0]["display_name"] == "Ann"
    assert run("erase-person", "ann@nhs.example").startswith("Nothing was erased.")
    assert run("erase-person", "ann@nhs.example", "--write").startswith("Erased.\n  The audit is kept for six years")
    assert run("people", "list") == ""


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("grant", "ann@nhs.example", "learning_lead"), "There is no such person here"),
        (("grant", "x", "king"), "There is no role king"),
        (("leave", "x"), "There is no such person here"),
        (("import", "missing.csv"), "cannot read missing.csv: No such file"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(people: People, words: tuple[str, ...], line: str) -> None:
    assert line in refused(people(*words))


def test_who_shares_an_address_is_told_where_the_ids_are(people: People, tmp_path: Path) -> None:
    one = PEOPLE.replace(",agency_lead:northwick", ",")
    other = one.splitlines()[1].replace(OBJECT, TENANT)
    told(people("import", written(tmp_path / "p.csv", f"{one}{other}\n"), "--write"))
    no = refused(people("grant", "ann@nhs.example", "learning_lead"))
    assert no.startswith("Several people here have this e-mail address")
    assert no.rstrip().endswith("“safeguarding people list” shows it.")


def test_without_a_database_it_is_told_what_to_set() -> None:
    assert "SAFEGUARDING_DATABASE_URL is not set" in refused(ran("people", "list"))


def test_a_database_without_the_schema_is_told(tmp_path: Path) -> None:
    done = ran("people", "list", SAFEGUARDING_DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert "safeguarding migrate" in refused(done)
