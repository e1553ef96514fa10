"""What changes the copies in memory leaves a mark, whoever changes it and however."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

COPIES = {
    "agencies": ("leads", ""),
    "people": ("leads", "OF agency_id, tenant_id, object_id"),
    "service_versions": ("contacts", ""),
    "courses": ("on_offer", ""),
    "course_dates": ("on_offer", "OF state, starts_at, course_id"),
}
"""Of each table: the copy that is made of it, and of which columns where not of all."""


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("copy", sa.String(20), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        _mark_on_sqlite()
    else:
        _mark_on_postgres()


def _mark_on_sqlite() -> None:
    for table, (copy, columns) in COPIES.items():
        for what in ("INSERT", f"UPDATE {columns}", "DELETE"):
            name = f"{table}_{what.split()[0].lower()}_marks"
            mark = f"INSERT INTO changes (copy) VALUES ('{copy}')"  # noqa: S608  # one of ours
            op.execute(f"CREATE TRIGGER {name} AFTER {what} ON {table} BEGIN {mark}; END")


def _mark_on_postgres() -> None:
    op.execute("""CREATE FUNCTION mark_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO changes (copy) VALUES (TG_ARGV[0]); RETURN NULL; END $$""")
    for table, (copy, columns) in COPIES.items():
        op.execute(f"""CREATE TRIGGER {table}_marks AFTER INSERT OR UPDATE {columns} OR DELETE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION mark_change('{copy}')""")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in COPIES:
        for what in ("insert_marks", "update_marks", "delete_marks") if is_sqlite else ("marks",):
            op.execute(f"DROP TRIGGER {table}_{what}" + ("" if is_sqlite else f" ON {table}"))
    if not is_sqlite:
        op.execute("DROP FUNCTION mark_change")
    op.drop_table("changes")
