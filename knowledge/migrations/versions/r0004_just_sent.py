"""Whom something was just sent to is looked up by an index: PostgreSQL read the whole ledger for it."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_send_ledger_just_sent", "send_ledger", ["settled_at", "recipient"])


def downgrade() -> None:
    op.drop_index("ix_send_ledger_just_sent", "send_ledger")
