"""Commitments, managers' views, what a course serves, and what comes next."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("date_id", sa.Uuid(), sa.ForeignKey("course_dates.id"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
    )
    op.create_table(
        "manager_views",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("manager_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("date_id", sa.Uuid(), sa.ForeignKey("course_dates.id"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("given_on", sa.Date()),
    )
    op.create_table(
        "course_serves",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("course_id", sa.Uuid(), sa.ForeignKey("courses.id"), nullable=False),
        sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("plans.id"), nullable=False, index=True),
        sa.Column("action_id", sa.Uuid(), sa.ForeignKey("actions.id")),
    )
    op.create_table(
        "next_steps",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), sa.ForeignKey("people.id")),
        sa.Column("written_on", sa.Date(), nullable=False),
    )


def downgrade() -> None:
    for table in ("next_steps", "course_serves", "manager_views", "commitments"):
        op.drop_table(table)
