"""People, agencies, roles, and an audit that cannot be changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
WORD = sa.String(40)
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

YEARS_KEPT = 6
REFUSES = "audit rows are never changed, nor deleted within six years"


def upgrade() -> None:
    _agencies()
    _people()
    _role_grants()
    _audit()
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)


def _agencies() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False, unique=True),
        sa.Column("sector", WORD, nullable=False),
        sa.Column("lead_name", sa.String(200), nullable=False),
        sa.Column("lead_phone", sa.String(40), nullable=False),
        sa.Column("deputy_name", sa.String(200), nullable=False),
        sa.Column("deputy_phone", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "agency_domains",
        sa.Column("domain", sa.String(253), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), nullable=False, index=True),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.String(36)),
        sa.Column("object_id", sa.String(36)),
        sa.Column("display_name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), index=True),
        sa.Column("agency_known_by", WORD),
        sa.Column("unreachable", WORD),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT),
        sa.Column("erased_at", INSTANT),
        sa.UniqueConstraint("tenant_id", "object_id"),
    )


def _role_grants() -> None:
    op.create_table(
        "role_grants",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("scope", sa.String(80), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("granted_by", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("granted_why", WORD, nullable=False),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("withdrawn_by", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("withdrawn_why", WORD),
    )
    held = sa.text("withdrawn_at IS NULL")
    columns = ["person_id", "role", "scope"]
    op.create_index(
        "uq_role_grants_held", "role_grants", columns, unique=True, sqlite_where=held, postgresql_where=held
    )  # fmt: skip


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("at", INSTANT, nullable=False, index=True),
        sa.Column("actor", sa.Uuid(), index=True),
        sa.Column("via", WORD, nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("subject", sa.Uuid(), index=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("why", WORD),
    )


_SQLITE = [
    f"CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END",
    f"""CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
        WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-{YEARS_KEPT} years')
        BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END""",
]
_POSTGRES = [
    f"CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$",
    "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuses()",
    f"""CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit FOR EACH ROW
        WHEN (OLD.at > now() - interval '{YEARS_KEPT} years') EXECUTE FUNCTION audit_refuses()""",
    "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
]
