"""What the delivery of messages keeps: whether one may have arrived, and how fast they go."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("send_ledger", sa.Column("may_have_arrived", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "sending_pace",
        sa.Column("tenant_id", sa.String(36), primary_key=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("sending_pace")
    op.drop_column("send_ledger", "may_have_arrived")
