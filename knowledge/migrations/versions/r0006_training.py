"""The catalogue of courses, their dates, bookings, and training that was asked for in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)
WORD = sa.String(40)
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIVE = sa.text("state IN ('asked', 'booked', 'offered', 'waiting')")


def upgrade() -> None:
    _courses()
    _dates()
    _bookings()
    op.create_table(
        "training_wishes",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("at", INSTANT, nullable=False, index=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id")),
        sa.Column("course_id", sa.Uuid(), sa.ForeignKey("courses.id")),
        sa.Column("topic", sa.String(80), nullable=False),
    )


def _courses() -> None:
    op.create_table(
        "courses",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(20), nullable=False, unique=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("audience", WORD, nullable=False),
        sa.Column("aims", sa.String(600), nullable=False),
        sa.Column("topics", sa.String(400), nullable=False),
        sa.Column("priority", sa.String(200), nullable=False),
        sa.Column("commissioned_by", sa.String(120), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("prerequisite_id", sa.Uuid(), sa.ForeignKey("courses.id")),
        sa.Column("refresher_months", sa.Integer(), nullable=False),
        sa.Column("provided_by", WORD, nullable=False),
        sa.Column("challenge", sa.String(400), nullable=False),
        sa.Column("open_to", WORD, nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("places_per_agency", sa.Integer(), nullable=False),
        sa.Column("charge_pence", sa.Integer(), nullable=False),
        sa.Column("cancel_days", sa.Integer(), nullable=False),
        sa.Column("cancel_counted", WORD, nullable=False),
        sa.Column("allows_substitutes", sa.Boolean(), nullable=False),
        sa.Column("tells_lead_of_no_show", sa.Boolean(), nullable=False),
        sa.Column("needs_evaluation", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _dates() -> None:
    op.create_table(
        "course_dates",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(20), nullable=False, unique=True),
        sa.Column("course_id", sa.Uuid(), sa.ForeignKey("courses.id"), nullable=False, index=True),
        sa.Column("starts_at", INSTANT, nullable=False, index=True),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("room", sa.String(200), nullable=False),
        sa.Column("link", sa.String(400), nullable=False),
        sa.Column("trainer", sa.String(120), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("check_in_key", sa.String(64), nullable=False),
    )


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("date_id", sa.Uuid(), sa.ForeignKey("course_dates.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id"), index=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("booked_at", INSTANT),
        sa.Column("offered_until", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("why", WORD),
        sa.Column("was_late", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("acknowledged", sa.Integer(), nullable=False),
        sa.Column("attendance", WORD),
        sa.Column("attended_at", INSTANT),
        sa.Column("evaluated_at", INSTANT),
        sa.Column("certificate", sa.String(40), unique=True),
    )
    op.create_index(
        "uq_bookings_active",
        "bookings",
        ["date_id", "person_id"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.create_index("ix_bookings_queue", "bookings", ["date_id", "state", "id"])
    op.create_index("ix_bookings_person", "bookings", ["person_id", "state"])
    op.create_index("ix_bookings_offers", "bookings", ["state", "offered_until"])


def downgrade() -> None:
    for table in ("training_wishes", "bookings", "course_dates", "courses"):
        op.drop_table(table)
