"""What is owed to whom and where to reach them, and what makes a click count once."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
WORD = sa.String(40)
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _references()
    _ledger()
    op.create_table(
        "ticks",
        sa.Column("job", sa.String(60), primary_key=True),
        sa.Column("instant", INSTANT, primary_key=True),
        sa.Column("taken_at", INSTANT, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("conversation_id", sa.String(255), primary_key=True),
        sa.Column("activity_id", sa.String(255), primary_key=True),
        sa.Column("seen_at", INSTANT, nullable=False, index=True),
        sa.Column("result", sa.JSON()),
    )
    op.create_table(
        "action_tokens",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("owner", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False, index=True),
        sa.Column("used_at", INSTANT),
        sa.Column("result", sa.JSON()),
    )


def _references() -> None:
    op.create_table(
        "conversation_references",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("conversation_id", sa.String(255), nullable=False),
        sa.Column("service_url", sa.String(255), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.UniqueConstraint("person_id", "conversation_id"),
    )


def _ledger() -> None:
    op.create_table(
        "send_ledger",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("recipient", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("not_after", INSTANT),
        sa.Column("state", WORD, nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure_class", sa.String(40)),
        sa.Column("activity_id", sa.String(255)),
        sa.Column("content_version", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
    )
    op.create_index("ix_send_ledger_due", "send_ledger", ["state", "priority", "due_at"])
    op.create_index("ix_send_ledger_lease", "send_ledger", ["state", "lease_until"])
    op.create_index("ix_send_ledger_recipient", "send_ledger", ["recipient", "state"])
