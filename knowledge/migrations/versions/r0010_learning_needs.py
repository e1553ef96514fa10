"""Learning needs, counted by week."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "learning_needs",
        sa.Column("week", sa.String(8), primary_key=True),
        sa.Column("topic", sa.String(80), primary_key=True),
        sa.Column("routes", sa.Text(), primary_key=True),
        sa.Column("content_version", sa.String(64), primary_key=True),
        sa.Column("sector", sa.String(40), primary_key=True),
        sa.Column("asked", sa.Boolean(), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("learning_needs")
