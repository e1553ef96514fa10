"""How long each table is kept, and what each column is: data, so that the data protection officer can read and sign it.

A test fails where a column of any table is missing here. `enforce` runs every night.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select

from knowledge.audit import NIGHTLY
from knowledge.days import london_day
from knowledge.erasure import erase
from knowledge.learning_needs import week_of
from knowledge.models import (
    Action,
    ActionNote,
    ActionToken,
    AuditRow,
    Base,
    Booking,
    Changed,
    ClosedAnswer,
    Comment,
    Commitment,
    ConversationReference,
    CourseDate,
    CourseServes,
    EvaluationGroup,
    Extension,
    InboxRow,
    LearningNeed,
    ManagerView,
    NextStep,
    Offer,
    Person,
    Plan,
    PlanAgency,
    PlanAuditor,
    RoleGrant,
    Round,
    ServiceTold,
    ServiceVersion,
    Tick,
    TurnoutCount,
    Waiting,
    Wish,
)
from knowledge.models.actions import OPEN
from knowledge.models.sending import SETTLED
from knowledge.unit_of_work import UnitOfWork


class Kind(StrEnum):
    """What a column says, and so what becomes of it when somebody is erased."""

    PERSONAL = "personal"
    """Says who somebody is, or leads there: emptied or deleted."""
    INTERNAL = "internal"
    """The internal id of a person: stays, and leads to nobody."""
    RECORD = "record"
    """What happened: goes with its row."""


@dataclass(frozen=True)
class Rule:
    """How long rows are kept, in words, and what each kind of column there is."""

    kept: str
    columns: Mapping[Kind, str]


RULES: Mapping[str, Rule] = {
    "people": Rule(
        "until erased, or 24 months after leaving",
        {
            Kind.PERSONAL: "tenant_id object_id display_name email",
            Kind.INTERNAL: "id",
            Kind.RECORD: "agency_id agency_known_by unreachable time_zone quiet_from quiet_until "
            "created_at left_at erased_at",
        },
    ),
    "role_grants": Rule(
        "24 months after withdrawal",
        {
            Kind.INTERNAL: "person_id granted_by withdrawn_by",
            Kind.RECORD: "id role scope granted_at granted_why withdrawn_at withdrawn_why",
        },
    ),
    "agencies": Rule(
        "while it is part of the partnership",
        {
            Kind.PERSONAL: "lead_name lead_phone deputy_name deputy_phone",
            Kind.RECORD: "id name sector version",
        },
    ),
    "agency_domains": Rule("as its agency", {Kind.RECORD: "domain agency_id"}),
    "audit": Rule(
        "6 years",
        {Kind.INTERNAL: "actor subject", Kind.RECORD: "id at via what details why"},
    ),
    "conversation_references": Rule(
        "until 30 days after leaving, or erasure",
        {
            Kind.PERSONAL: "tenant_id conversation_id service_url",
            Kind.INTERNAL: "person_id",
            Kind.RECORD: "id kind seen_at",
        },
    ),
    "send_ledger": Rule(
        "90 days after it was settled",
        {
            Kind.PERSONAL: "activity_id",
            Kind.INTERNAL: "recipient",
            Kind.RECORD: "id key kind payload priority due_at not_after state fence lease_until attempts failure_class "
            "may_have_arrived content_version created_at settled_at about outdated_at",
        },
    ),
    "service_versions": Rule(
        "6 years after it was refused or rolled back; else while the service is kept",
        {
            Kind.INTERNAL: "proposed_by approved_by refused_by",
            Kind.RECORD: "id service kind facts why based_on proposed_at in_force_at refused_at undone_at",
        },
    ),
    "service_keepers": Rule("while the service is kept", {Kind.INTERNAL: "owner deputy", Kind.RECORD: "service"}),
    "service_told": Rule("400 days", {Kind.RECORD: "service day kind count"}),
    "changes": Rule("the latest 1,000", {Kind.RECORD: "id copy"}),
    "sending_pace": Rule("while the tenant uses the assistant", {Kind.RECORD: "tenant_id next_at why"}),
    "ticks": Rule("90 days", {Kind.RECORD: "job instant taken_at"}),
    "plans": Rule(
        "7 years after it was agreed, while no action of it is open",
        {
            Kind.INTERNAL: "created_by",
            Kind.RECORD: "id reference title source sub_group boards theme agreed_on chosen_for chosen_why "
            "audited_from audited_until findings challenge lessons topics audit_again_on findings_after rules "
            "created_at version",
        },
    ),
    "plan_agencies": Rule("as its plan", {Kind.RECORD: "plan_id agency_id"}),
    "plan_auditors": Rule("as its plan", {Kind.INTERNAL: "person_id", Kind.RECORD: "plan_id"}),
    "actions": Rule(
        "as its plan",
        {
            Kind.INTERNAL: "owner_id deputy_id verifier_id offered_to confirmed_by",
            Kind.RECORD: "id plan_id reference title recommendation success_measure links agency_id due_on "
            "first_due_on beyond_why slipped stage since unowned_since answered_on snoozed_until rung evidence done_on "
            "confirmed_on embedded_on created_at version",
        },
    ),
    "action_notes": Rule(
        "as its plan",
        {Kind.INTERNAL: "author", Kind.RECORD: "id action_id kind words link at"},
    ),
    "action_extensions": Rule(
        "as its plan",
        {
            Kind.INTERNAL: "asked_by decided_by",
            Kind.RECORD: "id action_id asked_at from_day to_day why is_granted decided_at",
        },
    ),
    "learning_offers": Rule(
        "24 months after it was offered",
        {Kind.INTERNAL: "offered_by", Kind.RECORD: "id kind words offered_at"},
    ),
    "learning_needs": Rule(
        "3 years",
        {Kind.RECORD: "week topic routes content_version sector asked count"},
    ),
    "inbox": Rule(
        "7 days",
        {Kind.PERSONAL: "conversation_id activity_id", Kind.RECORD: "seen_at result"},
    ),
    "courses": Rule(
        "while they are in the catalogue",
        {
            Kind.RECORD: "id code title level audience aims topics priority commissioned_by minutes prerequisite_id "
            "refresher_months provided_by challenge open_to needs_approval places_per_agency charge_pence cancel_days "
            "cancel_counted allows_substitutes tells_lead_of_no_show needs_evaluation version"
        },
    ),
    "course_dates": Rule(
        "6 years after they ended",
        {
            Kind.PERSONAL: "trainer",
            Kind.INTERNAL: "trainer_id",
            Kind.RECORD: "id code course_id starts_at ends_at room link capacity taken state sequence check_in_key",
        },
    ),
    "bookings": Rule(
        "6 years after the date, so that a certificate can be verified",
        {
            Kind.PERSONAL: "key certificate",
            Kind.INTERNAL: "person_id",
            Kind.RECORD: "id date_id agency_id state created_at booked_at offered_until ended_at why was_late told "
            "acknowledged attendance attended_at evaluated_at",
        },
    ),
    "training_wishes": Rule("3 years", {Kind.INTERNAL: "person_id", Kind.RECORD: "id at agency_id course_id topic"}),
    "commitments": Rule(
        "24 months after it was made, or until its writer deletes it",
        {Kind.PERSONAL: "words", Kind.INTERNAL: "person_id", Kind.RECORD: "id date_id made_on"},
    ),
    "manager_views": Rule(
        "24 months after it was asked for",
        {Kind.PERSONAL: "words", Kind.INTERNAL: "person_id manager_id", Kind.RECORD: "id date_id asked_on given_on"},
    ),
    "course_serves": Rule("as its plan", {Kind.RECORD: "id course_id plan_id action_id"}),
    "next_steps": Rule("6 years, as the report", {Kind.INTERNAL: "written_by", Kind.RECORD: "id words written_on"}),
    "evaluation_forms": Rule("while an answer to it is kept", {Kind.RECORD: "id course_id point number questions"}),
    "evaluation_rounds": Rule("as its date", {Kind.RECORD: "id date_id point form_id closed_on"}),
    "evaluation_keys": Rule(
        "until the round closes, then destroyed", {Kind.PERSONAL: "key", Kind.RECORD: "date_id series"}
    ),
    "evaluation_invitations": Rule(
        "until the round closes, then counted",
        {Kind.INTERNAL: "person_id", Kind.RECORD: "round_id agency_id state reminded"},
    ),
    "evaluation_open_answers": Rule(
        "until the round closes, then written anew without the code",
        {Kind.PERSONAL: "code", Kind.RECORD: "round_id question value words"},
    ),
    "evaluation_groups": Rule(
        "24 months after its last date",
        {Kind.PERSONAL: "trainer", Kind.RECORD: "id course_id series date_id dates day"},
    ),
    "evaluation_answers": Rule("as its group", {Kind.RECORD: "id group_id form_id question before value agency_id"}),
    "evaluation_turnouts": Rule("as its group", {Kind.RECORD: "id group_id point agency_id asked answered"}),
    "evaluation_comments": Rule("as its group", {Kind.RECORD: "id group_id form_id question words state"}),
    "action_tokens": Rule(
        "7 days after expiry",
        {Kind.INTERNAL: "owner", Kind.RECORD: "hash purpose subject created_at expires_at used_at result"},
    ),
}

_YEAR = timedelta(days=366)
"""A leap year's, so that nothing goes a day before the years that are promised."""


def _dates_that_ended(before: datetime) -> ColumnElement[bool]:
    return Booking.date_id.in_(select(CourseDate.id).where(CourseDate.ends_at < before))


def _but_the_latest_changes(before: datetime) -> ColumnElement[bool]:
    return Changed.id <= select(func.max(Changed.id) - 1000).scalar_subquery()


def _people_who_left(before: datetime) -> ColumnElement[bool]:
    return ConversationReference.person_id.in_(select(Person.id).where(Person.left_at < before))


def _of_old_groups(table: type[ClosedAnswer | TurnoutCount | Comment]) -> Callable[[datetime], ColumnElement[bool]]:
    def old(before: datetime) -> ColumnElement[bool]:
        return table.group_id.in_(select(EvaluationGroup.id).where(EvaluationGroup.day < london_day(before)))

    return old


def _old_plans(before: datetime) -> ColumnElement[bool]:
    """Agreed before, with nothing left to do."""
    still_open = select(Action.plan_id).where(Action.stage.in_(OPEN))
    return and_(Plan.agreed_on < london_day(before), Plan.id.not_in(still_open))


def _ids_of_old_plans(before: datetime) -> Select[UUID]:
    return select(Plan.id).where(_old_plans(before))


def _actions_of_old_plans(before: datetime) -> Select[UUID]:
    return select(Action.id).where(Action.plan_id.in_(_ids_of_old_plans(before)))


_EXPIRED: Mapping[type[Base], tuple[timedelta, Callable[[datetime], ColumnElement[bool]]]] = {
    InboxRow: (timedelta(days=7), lambda before: InboxRow.seen_at < before),
    ActionToken: (timedelta(days=7), lambda before: ActionToken.expires_at < before),
    Tick: (timedelta(days=90), lambda before: Tick.taken_at < before),
    Changed: (timedelta(), _but_the_latest_changes),
    ConversationReference: (timedelta(days=30), _people_who_left),
    Booking: (6 * _YEAR, _dates_that_ended),
    **{table: (2 * _YEAR, _of_old_groups(table)) for table in (ClosedAnswer, TurnoutCount, Comment)},
    Commitment: (2 * _YEAR, lambda before: Commitment.made_on < london_day(before)),
    ManagerView: (2 * _YEAR, lambda before: ManagerView.asked_on < london_day(before)),
    NextStep: (6 * _YEAR, lambda before: NextStep.written_on < london_day(before)),
    CourseServes: (7 * _YEAR, lambda before: CourseServes.plan_id.in_(select(Plan.id).where(_old_plans(before)))),
    EvaluationGroup: (2 * _YEAR, lambda before: EvaluationGroup.day < london_day(before)),
    Round: (6 * _YEAR, lambda before: Round.date_id.in_(select(CourseDate.id).where(CourseDate.ends_at < before))),
    CourseDate: (6 * _YEAR, lambda before: CourseDate.ends_at < before),
    Wish: (3 * _YEAR, lambda before: Wish.at < before),
    Waiting: (
        timedelta(days=90),
        lambda before: and_(Waiting.state.in_(SETTLED), Waiting.settled_at < before),
    ),
    LearningNeed: (3 * _YEAR, lambda before: LearningNeed.week < week_of(before)),
    ServiceTold: (timedelta(days=400), lambda before: ServiceTold.day < before.date()),
    ServiceVersion: (
        6 * _YEAR,
        lambda before: or_(ServiceVersion.refused_at < before, ServiceVersion.undone_at < before),
    ),
    RoleGrant: (2 * _YEAR, lambda before: RoleGrant.withdrawn_at < before),
    Offer: (2 * _YEAR, lambda before: Offer.offered_at < before),
    ActionNote: (7 * _YEAR, lambda before: ActionNote.action_id.in_(_actions_of_old_plans(before))),
    Extension: (7 * _YEAR, lambda before: Extension.action_id.in_(_actions_of_old_plans(before))),
    Action: (7 * _YEAR, lambda before: Action.id.in_(_actions_of_old_plans(before))),
    PlanAgency: (7 * _YEAR, lambda before: PlanAgency.plan_id.in_(_ids_of_old_plans(before))),
    PlanAuditor: (7 * _YEAR, lambda before: PlanAuditor.plan_id.in_(_ids_of_old_plans(before))),
    Plan: (7 * _YEAR, _old_plans),
    AuditRow: (6 * _YEAR, lambda before: AuditRow.at < before),
}
LEAVERS_KEPT = 2 * _YEAR


async def enforce(work: UnitOfWork) -> dict[str, int]:
    """Delete what is past its time and erase those who left long ago; gives how many rows of each table went."""
    now, gone = work.clock(), {}
    for table, (kept, expired) in _EXPIRED.items():
        result: Any = await work.session.execute(delete(table).where(expired(now - kept)))
        gone[table.__tablename__] = result.rowcount
    long_gone = select(Person).where(Person.left_at < now - LEAVERS_KEPT, Person.erased_at.is_(None))
    leavers = (await work.session.scalars(long_gone)).all()
    for person in leavers:
        await erase(work, person, NIGHTLY)
    return {**gone, Person.__tablename__: len(leavers)}
