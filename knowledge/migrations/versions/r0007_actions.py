"""Plans, actions, what is written about them, more time that is asked for, and what is offered."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INSTANT = sa.DateTime(timezone=True)
WORD = sa.String(40)
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _plans()
    _actions()
    _notes()
    _extensions()
    _offers()


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("reference", sa.String(40), nullable=False, unique=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("source", WORD, nullable=False),
        sa.Column("sub_group", sa.String(80), nullable=False),
        sa.Column("boards", sa.String(200), nullable=False),
        sa.Column("theme", sa.String(80), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("why_chosen", sa.String(80), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("audit_again_on", sa.Date()),
        sa.Column("findings_after", sa.Text(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("plans.id"), nullable=False, index=True),
        sa.Column("reference", sa.String(60), nullable=False, unique=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("success_measure", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("people.id"), index=True),
        *(_person(name) for name in ("deputy_id", "verifier_id", "offered_to")),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id")),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("beyond_why", sa.Text(), nullable=False),
        sa.Column("slipped", sa.Integer(), nullable=False),
        sa.Column("stage", WORD, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Date()) for name in ("unowned_since", "answered_on", "snoozed_until")),
        sa.Column("rung", WORD),
        sa.Column("evidence", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Date()) for name in ("done_on", "confirmed_on")),
        _person("confirmed_by"),
        sa.Column("embedded_on", sa.Date()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_actions_open", "actions", ["stage", "due_on"])


def _notes() -> None:
    op.create_table(
        "action_notes",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("action_id", sa.Uuid(), sa.ForeignKey("actions.id"), nullable=False, index=True),
        _person("author"),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )


def _extensions() -> None:
    op.create_table(
        "action_extensions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("action_id", sa.Uuid(), sa.ForeignKey("actions.id"), nullable=False, index=True),
        _person("asked_by"),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("is_granted", sa.Boolean()),
        _person("decided_by"),
        sa.Column("decided_at", INSTANT),
    )


def _offers() -> None:
    op.create_table(
        "learning_offers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("offered_by", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
    )


def _person(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey("people.id"))


def downgrade() -> None:
    for table in ("learning_offers", "action_extensions", "action_notes", "actions", "plans"):
        op.drop_table(table)
