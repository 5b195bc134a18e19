"""The engine's tables, for SQLAlchemy Core.

A deployment brings a bundle (`bundle`, `bundle_file`, `artifact`) that defines processes (`process_definition`); an
instance of one (`instance`) has user tasks (`user_task`, `task_answer`, `task_draft`,
`task_mark`, `task_snooze`, `search_document`), waits for messages
(`subscription`), runs service tasks after the commit (`service_job`), stands still when one keeps failing (`incident`),
and remembers (`history`).
"""

from __future__ import annotations

import sqlalchemy as sa

from app.db import Instant, Json, metadata

artifact = sa.Table(
    "artifact",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True, comment="sha256 of the content, hex"),
    sa.Column("kind", sa.String(8), nullable=False, comment="bpmn, dmn or form"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("kind IN ('bpmn', 'dmn', 'form')", name="kind"),
)

bundle = sa.Table(
    "bundle",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True, comment="sha256 over the sorted (path, hash) pairs"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("deployed_at", Instant, nullable=False),
    sa.Column("deployed_by", sa.Integer, comment="person; NULL: shipped with the software"),
)

bundle_file = sa.Table(
    "bundle_file",
    metadata,
    sa.Column("bundle_id", sa.ForeignKey("bundle.id"), primary_key=True),
    sa.Column("path", sa.String(200), primary_key=True, comment="processes/x/x.bpmn, forms/x/y.json"),
    sa.Column("artifact_hash", sa.ForeignKey("artifact.hash"), nullable=False),
)

process_definition = sa.Table(
    "process_definition",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("process_key", sa.String(80), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="1, 2, 3 … per process key"),
    sa.Column("bundle_id", sa.ForeignKey("bundle.id"), nullable=False),
    sa.Column("title_zh", sa.Text, nullable=False),
    sa.Column("title_en", sa.Text, nullable=False),
    sa.Column("start_role", sa.String(32), comment="lane of the start event; NULL: only called, or started by the API"),
    sa.UniqueConstraint("process_key", "version"),
    sa.UniqueConstraint("bundle_id", "process_key"),
)

instance = sa.Table(
    "instance",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("definition_id", sa.ForeignKey("process_definition.id"), nullable=False),
    sa.Column("bundle_id", sa.ForeignKey("bundle.id"), nullable=False),
    sa.Column("process_key", sa.String(80), nullable=False),
    sa.Column("business_key", sa.String(80), nullable=False, comment="the case number that people read"),
    sa.Column(
        "subject", sa.Text, nullable=False, server_default="", comment="whom the case is about, as lists show it"
    ),
    sa.Column("organisation_id", sa.Integer, comment="the applicant; its members never act for the office here"),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="guards every change: one writer wins"),
    sa.Column("state", sa.LargeBinary, nullable=False, comment="the kernel's compact state"),
    sa.Column("due_at", Instant, comment="earliest timer; NULL: none runs"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("started_by", sa.Integer, comment="person; NULL: a message or the clock"),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("history_count", sa.Integer, nullable=False),
    sa.Column("history_head", sa.String(64), nullable=False, comment="hash of the last event of the case"),
    sa.CheckConstraint("status IN ('running', 'suspended', 'completed', 'cancelled')", name="status"),
    sa.UniqueConstraint("process_key", "business_key"),
)
sa.Index("ix_instance_due_at", instance.c.due_at, postgresql_where=instance.c.due_at.is_not(None))
sa.Index("ix_instance_organisation_id", instance.c.organisation_id)
sa.Index("ix_instance_definition_id_status", instance.c.definition_id, instance.c.status)
sa.Index("ix_instance_status_process_key", instance.c.status, instance.c.process_key, instance.c.id)

user_task = sa.Table(
    "user_task",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("instance_id", sa.ForeignKey("instance.id"), nullable=False),
    sa.Column(
        "engine_task_id", sa.Integer, nullable=False, comment="the kernel's number of the token within the instance"
    ),
    sa.Column("process_key", sa.String(80), nullable=False, comment="the process that draws it: main or called"),
    sa.Column("element_id", sa.String(80), nullable=False),
    sa.Column("item_key", sa.String(80), comment="which item of a multi-instance; NULL: not one"),
    sa.Column("title_zh", sa.Text, nullable=False),
    sa.Column("title_en", sa.Text, nullable=False),
    sa.Column("form_hash", sa.String(64), nullable=False, comment="the form it began with, as an artifact"),
    sa.Column("role", sa.String(32), nullable=False, comment="the lane: who may claim it"),
    sa.Column("organisation_id", sa.Integer, comment="only members of it may claim; NULL: anybody with the role"),
    sa.Column("assignee_id", sa.Integer, comment="person; NULL: may be claimed"),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="moves on claim, release, assign"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("sort_at", Instant, nullable=False, comment="due_at, or the end of time: lists page by (sort_at, id)"),
    sa.Column("claimed_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("completed_by", sa.Integer, comment="person; NULL while open, or cancelled"),
    sa.Column("completed_for", sa.Integer, comment="the absent person for whom it was completed; NULL: for oneself"),
    sa.Column("completed_key", sa.String(64), comment="idempotency key of the completing request"),
    sa.CheckConstraint("status IN ('open', 'completed', 'cancelled')", name="status"),
    sa.CheckConstraint("(status = 'completed') = (completed_by IS NOT NULL)", name="completed_by"),
    sa.UniqueConstraint("instance_id", "engine_task_id"),
)
sa.Index("ix_user_task_assignee", user_task.c.assignee_id, user_task.c.status, user_task.c.sort_at, user_task.c.id)
sa.Index("ix_user_task_role", user_task.c.role, user_task.c.status, user_task.c.sort_at, user_task.c.id)
sa.Index(
    "ix_user_task_organisation", user_task.c.organisation_id, user_task.c.status, user_task.c.sort_at, user_task.c.id,
    sqlite_where=user_task.c.organisation_id.is_not(None), postgresql_where=user_task.c.organisation_id.is_not(None),
)  # fmt: skip
sa.Index("ix_user_task_completed_by", user_task.c.completed_by, user_task.c.ended_at, user_task.c.id)

task_notice = sa.Table(
    "task_notice",
    metadata,
    sa.Column("user_task_id", sa.ForeignKey("user_task.id"), primary_key=True),
    sa.Column("noticed_at", Instant, nullable=False, comment="when a worker told of it, or saw that it was told of"),
)

task_mark = sa.Table(
    "task_mark",
    metadata,
    sa.Column("user_task_id", sa.ForeignKey("user_task.id"), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("marked_by", sa.Integer, nullable=False),
    sa.Column("marked_at", Instant, nullable=False),
    sa.CheckConstraint("kind IN ('flag', 'urgent')", name="kind"),
)

task_snooze = sa.Table(
    "task_snooze",
    metadata,
    sa.Column("user_task_id", sa.ForeignKey("user_task.id"), primary_key=True),
    sa.Column("person_id", sa.Integer, primary_key=True, comment="out of this person's lists alone"),
    sa.Column("until_at", Instant, nullable=False, comment="from then on it stands in the lists again, by itself"),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("snoozed_at", Instant, nullable=False),
    sa.CheckConstraint("until_at > snoozed_at", name="forward"),
)
sa.Index("ix_task_snooze_person_id", task_snooze.c.person_id, task_snooze.c.until_at)

task_answer = sa.Table(
    "task_answer",
    metadata,
    sa.Column("user_task_id", sa.ForeignKey("user_task.id"), primary_key=True),
    sa.Column("instance_id", sa.ForeignKey("instance.id"), nullable=False),
    sa.Column("element_id", sa.String(80), nullable=False),
    sa.Column("item_key", sa.String(80)),
    sa.Column("form_hash", sa.String(64), nullable=False),
    sa.Column("answers", Json, nullable=False),
    sa.Column("answered_by", sa.Integer, nullable=False),
    sa.Column("answered_at", Instant, nullable=False),
)
sa.Index("ix_task_answer_instance_id_element_id", task_answer.c.instance_id, task_answer.c.element_id)

task_draft = sa.Table(
    "task_draft",
    metadata,
    sa.Column("user_task_id", sa.ForeignKey("user_task.id"), primary_key=True),
    sa.Column("person_id", sa.Integer, primary_key=True),
    sa.Column("answers", Json, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="moves at each save: two windows notice each other"),
    sa.Column("saved_at", Instant, nullable=False),
)

subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("instance_id", sa.ForeignKey("instance.id"), primary_key=True),
    sa.Column("engine_task_id", sa.Integer, primary_key=True),
    sa.Column("message", sa.String(80), nullable=False),
    sa.Column("correlation", sa.String(200), nullable=False, comment="the value it waits for; '' for any"),
)
sa.Index("ix_subscription_message_correlation", subscription.c.message, subscription.c.correlation)

service_job = sa.Table(
    "service_job",
    metadata,
    sa.Column("instance_id", sa.ForeignKey("instance.id"), primary_key=True),
    sa.Column("engine_task_id", sa.Integer, primary_key=True),
    sa.Column("element_id", sa.String(80), nullable=False),
    sa.Column("operation", sa.String(160), nullable=False),
    sa.Column("status", sa.String(8), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, comment="how often it has failed"),
    sa.Column("run_at", Instant, nullable=False, comment="not before; also the lease of a running attempt"),
    sa.Column("created_at", Instant, nullable=False),
    sa.CheckConstraint("status IN ('waiting', 'failed')", name="status"),
)
sa.Index("ix_service_job_status_run_at", service_job.c.status, service_job.c.run_at)

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("instance_id", sa.ForeignKey("instance.id"), nullable=False),
    sa.Column("engine_task_id", sa.Integer, nullable=False),
    sa.Column("element_id", sa.String(80), nullable=False),
    sa.Column("message", sa.Text, nullable=False, comment="the failure in one line; no trace, no personal data"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("resolved_at", Instant),
    sa.Column("resolved_by", sa.Integer),
)
sa.Index("ix_incident_instance_id", incident.c.instance_id)

history = sa.Table(
    "history",
    metadata,
    sa.Column("instance_id", sa.ForeignKey("instance.id"), primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, comment="1, 2, 3 … within the case"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("process_key", sa.String(80), nullable=False),
    sa.Column("element_id", sa.String(80), comment="NULL: the event is the whole case's"),
    sa.Column("engine_task_id", sa.Integer),
    sa.Column("actor_id", sa.Integer, comment="person; NULL: the machine or the clock"),
    sa.Column("detail", Json, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, comment="sha256 over the hash before and this event"),
)

search_document = sa.Table(
    "search_document",
    metadata,
    sa.Column("user_task_id", sa.ForeignKey("user_task.id"), primary_key=True, comment="whose answers these are"),
    sa.Column("instance_id", sa.ForeignKey("instance.id"), nullable=False),
    sa.Column("role", sa.String(32), nullable=False, comment="the lane of the answers: decides who may find them"),
    sa.Column("words", sa.Text, nullable=False, comment="the answers' texts as search words, single and in pairs"),
)
sa.Index("ix_search_document_instance_id", search_document.c.instance_id)
