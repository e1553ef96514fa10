"""What an audit was chosen for, its agencies, auditors and dates; and which cards show what is no longer so."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INSTANT = sa.DateTime(timezone=True)
WORDS = ("chosen_why", "challenge", "topics")
DAYS = ("audited_from", "audited_until")


def upgrade() -> None:
    op.add_column("plans", sa.Column("chosen_for", sa.String(40)))
    for name in WORDS:
        op.add_column("plans", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE plans SET chosen_why = why_chosen")
    op.drop_column("plans", "why_chosen")
    for name in DAYS:
        op.add_column("plans", sa.Column(name, sa.Date()))
    _link("plan_agencies", "agency_id", "agencies")
    _link("plan_auditors", "person_id", "people")
    op.add_column("send_ledger", sa.Column("about", sa.Uuid()))
    op.add_column("send_ledger", sa.Column("outdated_at", INSTANT))
    for name, column in (("ix_send_ledger_about", "about"), ("ix_send_ledger_outdated", "outdated_at")):
        op.create_index(name, "send_ledger", [column])


def _link(table: str, column: str, to: str) -> None:
    op.create_table(
        table,
        sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("plans.id"), primary_key=True),
        sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{to}.id"), primary_key=True),
    )


def downgrade() -> None:
    for index in ("ix_send_ledger_outdated", "ix_send_ledger_about"):
        op.drop_index(index, "send_ledger")
    for name in ("outdated_at", "about"):
        op.drop_column("send_ledger", name)
    for table in ("plan_auditors", "plan_agencies"):
        op.drop_table(table)
    op.add_column("plans", sa.Column("why_chosen", sa.String(80), nullable=False, server_default=""))
    for name in (*DAYS, *WORDS, "chosen_for"):
        op.drop_column("plans", name)
