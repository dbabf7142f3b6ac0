"""Deeds of background work: what was changed, or went wrong, is learnt anew, and certificates are renewed (T6)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from members.models import Assignment
from members.rules.permissions import Role
from standards.models.texts import Clause, ClauseChange
from stores.actions.locks import lock_stores_in_business
from stores.models import Store
from training.actions.enrolling import enrol_everywhere, tell_assigned
from training.models.courses import CourseState, CourseVersion, TaughtClause
from training.models.taking import Certificate, Enrolment, EnrolmentReason, EnrolmentState
from training.queries.courses import lessons_teaching, versions_taught
from training.rules.changes import Scope, binds_anybody_of, binds_store

LEARNT_WITHIN = timedelta(days=14)
RENEWED_BEFORE = timedelta(days=30)
MOST_RENEWED = 500

Roles = Mapping[UUID, Mapping[UUID, frozenset[Role]]]


@transaction.atomic(using=CHAINS_ALIAS)
def assign_changed(*, actor: Actor, version_id: UUID, store_ids: Collection[UUID], now: datetime) -> int:
    """After a version came to stores, let those whom a clause of new substance is about take its lesson there (T6).

    A clause of which only the wording was changed asks nobody. Return how many enrolments there are more.
    """
    changed = Clause.objects.filter(version_id=version_id, change__in=[ClauseChange.NEW, ClauseChange.SUBSTANCE])
    scopes: dict[UUID, Scope] = dict(changed.order_by().values_list("lineage_id", "scope"))
    lessons = list(lessons_teaching(scopes))
    if not lessons:
        return 0
    open_ones = Store.objects.doing_business().filter(id__in=store_ids).order_by()
    stores = lock_stores_in_business(actor, list(open_ones.values_list("id", flat=True)), field="store_ids")
    roles, taught = _roles_at(stores), defaultdict[UUID, list[Scope]](list)
    named = TaughtClause.objects.filter(lesson__in=lessons, lineage_id__in=scopes).order_by()
    for lesson_id, lineage_id in named.values_list("lesson_id", "lineage_id"):
        taught[lesson_id].append(scopes[lineage_id])
    count, due_at = 0, now + LEARNT_WITHIN
    for lesson in lessons:
        members = {store.id: _meant(store, taught[lesson.id], roles) for store in stores}
        version, reason = lesson.course_version, EnrolmentReason.CHANGE
        enrolled = enrol_everywhere(actor, version, lesson, members, reason, now, due_at=due_at)
        tell_assigned(actor, enrolled, now)
        count += len(enrolled)
    return count


@transaction.atomic(using=CHAINS_ALIAS)
def assign_lessons(
    *, actor: Actor, store_id: UUID, lineage_id: UUID, member_ids: Collection[UUID], now: datetime, part_of_id: UUID
) -> list[UUID]:
    """After something went wrong, let those whom a requirement had reached take the lessons that teach it.

    Return the lessons. Whoever takes one already goes on with it; at a store that is closed nobody takes any.
    """
    lessons = list(lessons_teaching([lineage_id])) if member_ids else []
    if not lessons or not Store.objects.doing_business().filter(id=store_id).exists():
        return []
    (store,) = lock_stores_in_business(actor, [store_id], field="store_id")
    for lesson in lessons:
        version, reason, due_at = lesson.course_version, EnrolmentReason.LOOP, now + LEARNT_WITHIN
        enrolled = enrol_everywhere(actor, version, lesson, {store.id: member_ids}, reason, now, due_at=due_at)
        tell_assigned(actor, enrolled, now, part_of_id=part_of_id)
    return [lesson.id for lesson in lessons]


@transaction.atomic(using=CHAINS_ALIAS)
def renew_certificates(*, actor: Actor, now: datetime) -> int:
    """Let whoever's certificate is about to expire take the course again where they work; return how many there were.

    Whoever has a later one, takes the course already, or was asked before, is left alone.
    """
    due = list(_expiring(now).order_by("expires_at", "id")[:MOST_RENEWED])
    taught = versions_taught([each.course_id for each in due])
    places = _first_store_of([each.member_id for each in due])
    count = 0
    for each in due:
        members = {places[each.member_id]: [each.member_id]}
        version, reason = taught[each.course_id], EnrolmentReason.RENEWAL
        enrolled = enrol_everywhere(actor, version, None, members, reason, now, due_at=each.expires_at)
        tell_assigned(actor, enrolled, now)
        count += len(enrolled)
    return count


def _expiring(now: datetime) -> QuerySet[Certificate]:
    """Return the certificates that are to be renewed: of courses that are taught, and of people at open stores.

    Whatever can't be renewed is not among them: it would stand in the way of what comes behind it.
    """
    same = {"member": OuterRef("member"), "course": OuterRef("course")}
    later = Certificate.objects.standing().filter(given_at__gt=OuterRef("given_at"), **same)
    # One lesson, as a change asks for it, gives no certificate; nor does what this one was got by ask for the next.
    since = Greatest(OuterRef("expires_at") - RENEWED_BEFORE, OuterRef("given_at"))
    asked = Enrolment.objects.filter(
        Q(state=EnrolmentState.OPEN) | Q(enrolled_at__gte=since),
        member=OuterRef("member"),
        course_version__course=OuterRef("course"),
        lesson=None,
    )
    taught = CourseVersion.objects.filter(course=OuterRef("course"), state=CourseState.PUBLISHED)
    working = Assignment.objects.filter(user=OuterRef("member"), store_id__in=_open_stores())
    expiring = Certificate.objects.standing().filter(expires_at__gt=now, expires_at__lte=now + RENEWED_BEFORE)
    return expiring.filter(Exists(taught), Exists(working), member__is_active=True).exclude(
        Exists(later) | Exists(asked)
    )


def _open_stores() -> QuerySet[Store, Any]:
    return Store.objects.doing_business().order_by().values("id")


def _roles_at(stores: Collection[Store]) -> Roles:
    """Return who works at which store, as what."""
    found: dict[UUID, dict[UUID, frozenset[Role]]] = defaultdict(dict)
    working = Assignment.objects.filter(store_id__in=[store.id for store in stores], user__is_active=True).order_by()
    for store_id, member_id, role in working.values_list("store_id", "user_id", "role"):
        if store_id is not None:
            found[store_id][member_id] = found[store_id].get(member_id, frozenset()) | {Role(role)}
    return found


def _meant(store: Store, scopes: Collection[Scope], roles: Roles) -> list[UUID]:
    here = [scope for scope in scopes if binds_store(scope, store_id=store.id, area_id=store.area_id, kind=store.kind)]
    people = roles.get(store.id, {})
    return sorted(member_id for member_id, held in people.items() if binds_anybody_of(here, held))


def _first_store_of(member_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return where members work, the first store of each that is open."""
    working = Assignment.objects.filter(user_id__in=member_ids, store_id__in=_open_stores())
    found: dict[UUID, UUID] = {}
    for member_id, store_id in working.order_by("since", "id").values_list("user_id", "store_id"):
        if store_id is not None:
            found.setdefault(member_id, store_id)
    return found
