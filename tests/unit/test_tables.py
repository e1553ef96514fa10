"""Tables of agencies and people: every fault is told with its row and column, and nothing is guessed."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cells import MOST_BYTES, MOST_ROWS, BadTable
from knowledge.models.people import Sector
from knowledge.roles import LEARNING_LEAD, Held, Role
from knowledge.tables import Agencies, People, read_table

TENANT, OBJECT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", "2f8e1b4c-6a0d-4d53-8a5f-0b7c9d1e2f30"
AGENCIES = "name,sector,domains,lead_name,lead_phone,deputy_name,deputy_phone\n"
PEOPLE = "tenant_id,object_id,name,email,agency,roles\n"


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(BadTable) as bad:
        read_table(text if isinstance(text, bytes) else text.encode())
    return str(bad.value).splitlines()


def test_agencies_are_read_as_excel_saves_them() -> None:
    rows = 'Northwick Hospital,Health,"@NHS.example; trust.example","Lead, Sam",020 7946 0001 ext 5,,\r\n\r\n'
    table = read_table(b"\xef\xbb\xbf" + (AGENCIES.replace("\n", "\r\n") + rows).encode())
    assert isinstance(table, Agencies)
    ((number, agency),) = table.rows
    assert (number, agency.sector, agency.domains) == (2, Sector.HEALTH, ("nhs.example", "trust.example"))
    assert (agency.lead_name, agency.lead_phone, agency.deputy_name) == ("Lead, Sam", "020 7946 0001 ext 5", "")


def test_people_are_read_whatever_the_order_of_the_columns() -> None:
    header = "roles,email,name,object_id,tenant_id,agency\n"
    table = read_table(f"{header}learning_lead; co_chair:case_review,A@b.c,Ann,{OBJECT},{TENANT},X".encode())
    assert isinstance(table, People)
    ((_, person),) = table.rows
    assert (person.tenant_id, person.object_id, person.email) == (TENANT, OBJECT, "a@b.c")
    assert person.roles == (LEARNING_LEAD, Held(Role.CO_CHAIR, "case_review"))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",health,,,,,", "row 2, column name: it is empty"),
        ("A,helth,,,,,", "row 2, column sector: helth is no sector: write one of council, health"),
        ("A,health,nhs,,,,", "row 2, column domains: nhs is no e-mail domain"),
        ("A,health,a@b.c,,,,", "row 2, column domains: a@b.c is no e-mail domain"),
        ("A,health,,,ring me,,", "row 2, column lead_phone: ring me is no telephone number"),
        ("A,health,,,,,=1+1", "row 2, column deputy_phone: =1+1 is no telephone number"),
        (f"{'A' * 201},health,,,,,", "row 2, column name: it is longer than 200"),
        ('"A\nB",health,,,,,', "row 2, column name: it has a line break"),
        ("A,health", "row 2: it has 2 cells, and the header 7"),
    ],
)
def test_a_cell_of_an_agency_that_will_not_do_is_told(row: str, told: str) -> None:
    (fault,) = faults(AGENCIES + row)
    assert fault.startswith(told)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{TENANT},jo,,,,", "row 2, column object_id: it is not an id"),
        (f",{OBJECT},,,,", "row 2, column tenant_id: it is not an id"),
        (f"{TENANT},{OBJECT},,jo,,", "row 2, column email: jo is no e-mail address"),
        (f"{TENANT},{OBJECT},,,,king", "row 2, column roles: There is no role king"),
        (f"{TENANT},{OBJECT},,,,co_chair", "row 2, column roles: Say of what: co_chair:NAME"),
        (f"{TENANT},{OBJECT},,,,administrator:all", "row 2, column roles: The role administrator is not for one"),
    ],
)
def test_a_cell_of_a_person_that_will_not_do_is_told(row: str, told: str) -> None:
    (fault,) = faults(PEOPLE + row)
    assert fault.startswith(told)


def test_every_fault_is_told_at_once() -> None:
    assert len(faults(AGENCIES + ",helth,,,x,,\nB,,,,,,\nb,health,,,,,")) == 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "row 1: there are no rows"),
        (AGENCIES, "row 1: there are no rows"),
        ("name,phone\nA,1", "row 1: the first row has to name the columns"),
        ("name,name,domains,lead_name,lead_phone,deputy_name,deputy_phone\nA,B,,,,,", "row 1: the first row"),
        (AGENCIES.encode() + b"\xff\xfe", "row 1: it is not text in UTF-8"),
        (AGENCIES + '"A', "row 1: it is not CSV"),
        (b"x" * (MOST_BYTES + 1), "row 1: the file is larger than 2 MB"),
        (AGENCIES + "A,health,,,,,\n" * (MOST_ROWS + 1), "row 5002: there are more than 5000 rows"),
    ],
)
def test_a_file_that_is_no_such_table_is_told(text: str | bytes, told: str) -> None:
    (fault,) = faults(text)
    assert fault.startswith(told)


@given(st.binary(max_size=300), st.sampled_from([b"", AGENCIES.encode(), PEOPLE.encode()]))
def test_whatever_is_read_is_read_or_told(data: bytes, header: bytes) -> None:
    with suppress(BadTable):
        assert read_table(header + data).rows
