"""Evaluation: forms, rounds, who was asked, and answers, open and closed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

WORD = sa.String(40)


def upgrade() -> None:
    op.create_table(
        "evaluation_forms",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("course_id", sa.Uuid(), sa.ForeignKey("courses.id")),
        sa.Column("point", WORD, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
    )
    op.create_index("ix_evaluation_forms_of", "evaluation_forms", ["course_id", "point", "number"])
    _open()
    _closed()


def _open() -> None:
    op.create_table(
        "evaluation_rounds",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("date_id", sa.Uuid(), sa.ForeignKey("course_dates.id"), nullable=False),
        sa.Column("point", WORD, nullable=False),
        sa.Column("form_id", sa.Uuid(), sa.ForeignKey("evaluation_forms.id"), nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.UniqueConstraint("date_id", "point"),
    )
    op.create_table(
        "evaluation_keys",
        sa.Column("date_id", sa.Uuid(), sa.ForeignKey("course_dates.id"), primary_key=True),
        sa.Column("series", WORD, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
    )
    op.create_table(
        "evaluation_invitations",
        sa.Column("round_id", sa.Uuid(), sa.ForeignKey("evaluation_rounds.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id")),
        sa.Column("state", WORD, nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
    )
    op.create_index("ix_evaluation_invitations_person", "evaluation_invitations", ["person_id"])
    op.create_table(
        "evaluation_open_answers",
        sa.Column("round_id", sa.Uuid(), sa.ForeignKey("evaluation_rounds.id"), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("question", sa.String(80), primary_key=True),
        sa.Column("value", sa.Integer()),
        sa.Column("words", sa.Text(), nullable=False),
    )


def _closed() -> None:
    op.create_table(
        "evaluation_groups",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("course_id", sa.Uuid(), sa.ForeignKey("courses.id"), index=True),
        sa.Column("series", WORD, nullable=False),
        sa.Column("date_id", sa.Uuid(), sa.ForeignKey("course_dates.id")),
        sa.Column("dates", sa.Integer(), nullable=False),
        sa.Column("trainer", sa.String(120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
    )
    group = sa.ForeignKey("evaluation_groups.id")
    op.create_table(
        "evaluation_answers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("group_id", sa.Uuid(), group, nullable=False, index=True),
        sa.Column("form_id", sa.Uuid(), sa.ForeignKey("evaluation_forms.id"), nullable=False),
        sa.Column("question", sa.String(80), nullable=False),
        sa.Column("before", sa.Integer()),
        sa.Column("value", sa.Integer()),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id")),
    )
    op.create_table(
        "evaluation_turnouts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("group_id", sa.Uuid(), sa.ForeignKey("evaluation_groups.id"), nullable=False, index=True),
        sa.Column("point", WORD, nullable=False),
        sa.Column("agency_id", sa.Uuid(), sa.ForeignKey("agencies.id")),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
    )
    op.create_table(
        "evaluation_comments",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("group_id", sa.Uuid(), sa.ForeignKey("evaluation_groups.id"), nullable=False, index=True),
        sa.Column("form_id", sa.Uuid(), sa.ForeignKey("evaluation_forms.id"), nullable=False),
        sa.Column("question", sa.String(80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", WORD, nullable=False, index=True),
    )


def downgrade() -> None:
    for table in (
        "evaluation_comments", "evaluation_turnouts", "evaluation_answers", "evaluation_groups",
        "evaluation_open_answers", "evaluation_invitations", "evaluation_keys", "evaluation_rounds", "evaluation_forms",
    ):  # fmt: skip
        op.drop_table(table)
