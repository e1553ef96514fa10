"""Versions of the contacts' facts, who keeps them true, and what practitioners told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)
SERVICE = sa.String(80)
WORD = sa.String(40)
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "service_versions",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("service", SERVICE, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("why", WORD, nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("in_force_at", INSTANT),
        sa.Column("refused_by", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("refused_at", INSTANT),
        sa.Column("undone_at", INSTANT),
    )
    op.create_index("ix_service_versions_service", "service_versions", ["service", "in_force_at"])
    op.create_table(
        "service_keepers",
        sa.Column("service", SERVICE, primary_key=True),
        sa.Column("owner", sa.Uuid(), sa.ForeignKey("people.id"), index=True),
        sa.Column("deputy", sa.Uuid(), sa.ForeignKey("people.id"), index=True),
    )
    op.create_table(
        "service_told",
        sa.Column("service", SERVICE, primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("kind", WORD, primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in ("service_told", "service_keepers", "service_versions"):
        op.drop_table(table)
