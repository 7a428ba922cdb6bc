// Generated from prisma/sqlite/migrations by tools/embed-migrations.mjs: do not edit.
import type { Migration } from './migration.ts'

export const SQLITE_MIGRATIONS: readonly Migration[] = [
  {
    name: '20261123000000_agents',
    description: 'Agents: their states, the transitions between them, and snapshots',
    checksum: 'f2eadb07f467ee7d5a0bfb754a62950980fc17f386d4ee4465863f53726b3e87',
    sql: `-- Agents: their states, the transitions between them, and snapshots

-- CreateTable
CREATE TABLE "agent_states" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "agent_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "metadata" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "updated_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "deleted_at" DATETIME,
    "state_data" TEXT NOT NULL,

    PRIMARY KEY ("namespace", "agent_id")
);

-- CreateTable
CREATE TABLE "state_transitions" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,
    "state_before" TEXT NOT NULL,
    "state_after" TEXT NOT NULL,
    "reason" TEXT,
    "timestamp" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "metadata" JSONB,

    PRIMARY KEY ("namespace", "id")
);

-- CreateTable
CREATE TABLE "state_snapshots" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "agent_version" INTEGER NOT NULL,
    "description" TEXT,
    "created_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "expires_at" DATETIME,
    "state_data" TEXT NOT NULL,

    PRIMARY KEY ("namespace", "id")
);

-- CreateIndex
CREATE INDEX "agent_states_live_idx" ON "agent_states"("namespace", "agent_id") WHERE deleted_at IS NULL;

-- CreateIndex
CREATE INDEX "agent_states_live_status_idx" ON "agent_states"("namespace", "status", "agent_id") WHERE deleted_at IS NULL;

-- CreateIndex
CREATE UNIQUE INDEX "state_transitions_namespace_agent_id_seq_key" ON "state_transitions"("namespace", "agent_id", "seq");

-- CreateIndex
CREATE INDEX "state_snapshots_namespace_agent_id_created_at_id_idx" ON "state_snapshots"("namespace", "agent_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "state_snapshots_expiring_idx" ON "state_snapshots"("namespace", "expires_at") WHERE expires_at IS NOT NULL;

-- A transition that was not numbered by its writer takes the next number in its agent's history
CREATE TRIGGER "state_transitions_assign_seq" AFTER INSERT ON "state_transitions"
WHEN new."seq" = 0
BEGIN
    UPDATE "state_transitions"
    SET "seq" = (
        SELECT max("seq") + 1 FROM "state_transitions"
        WHERE "namespace" = new."namespace" AND "agent_id" = new."agent_id"
    )
    WHERE "namespace" = new."namespace" AND "id" = new."id";
END;
`,
  },
  {
    name: '20261123000100_events',
    description: 'Events, in the order in which they were saved',
    checksum: 'fba6c01735aeda170a772c4b7fb1a53221376466b7fa00eb42d74f0ca2481193',
    sql: `-- Events, in the order in which they were saved

-- CreateTable
CREATE TABLE "events" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "event_type" TEXT NOT NULL,
    "timestamp" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "session_id" TEXT NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "git_commit" TEXT,
    "metadata" JSONB,
    "content" TEXT NOT NULL,

    PRIMARY KEY ("namespace", "id")
);

-- CreateIndex
CREATE INDEX "events_seq_idx" ON "events"("seq");

-- CreateIndex
CREATE INDEX "events_namespace_session_id_seq_idx" ON "events"("namespace", "session_id", "seq");

-- CreateIndex
CREATE INDEX "events_namespace_event_type_seq_idx" ON "events"("namespace", "event_type", "seq");

-- Numbers are given out in turn: one chosen by hand could name another event's words in the full-text index
CREATE TRIGGER "events_refuse_chosen_seq" BEFORE INSERT ON "events"
WHEN new."seq" <> 0 AND new."seq" <> (SELECT coalesce(max("seq"), 0) + 1 FROM "events")
BEGIN
    SELECT RAISE(ABORT, 'events are numbered by the store: leave seq out');
END;

CREATE TRIGGER "events_refuse_changed_seq" BEFORE UPDATE OF "seq" ON "events"
WHEN old."seq" <> 0 AND new."seq" <> old."seq"
BEGIN
    SELECT RAISE(ABORT, 'events are numbered by the store: their seq never changes');
END;

-- An event that was not numbered by its writer takes the next number
CREATE TRIGGER "events_assign_seq" AFTER INSERT ON "events"
WHEN new."seq" = 0
BEGIN
    UPDATE "events"
    SET "seq" = (SELECT max("seq") + 1 FROM "events")
    WHERE "namespace" = new."namespace" AND "id" = new."id";
END;
`,
  },
  {
    name: '20261123000200_tasks_and_sessions',
    description: 'Tasks and sessions',
    checksum: 'f12ef482d5a01e1f47bb5c99ccc5f9a5cbe12a14bf8abf7e22bde3744e658578',
    sql: `-- Tasks and sessions

-- CreateTable
CREATE TABLE "sessions" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "started_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "ended_at" DATETIME,
    "status" TEXT NOT NULL DEFAULT 'active',
    "metadata" JSONB,

    PRIMARY KEY ("namespace", "id")
);

-- CreateTable
CREATE TABLE "tasks" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "assigned_to" TEXT,
    "created_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "updated_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "metadata" JSONB,

    PRIMARY KEY ("namespace", "id")
);

-- CreateIndex
CREATE INDEX "sessions_namespace_started_at_id_idx" ON "sessions"("namespace", "started_at", "id");

-- CreateIndex
CREATE INDEX "sessions_namespace_agent_id_started_at_id_idx" ON "sessions"("namespace", "agent_id", "started_at", "id");

-- CreateIndex
CREATE INDEX "sessions_namespace_status_started_at_id_idx" ON "sessions"("namespace", "status", "started_at", "id");

-- CreateIndex
CREATE INDEX "sessions_namespace_agent_id_status_started_at_id_idx" ON "sessions"("namespace", "agent_id", "status", "started_at", "id");

-- CreateIndex
CREATE INDEX "tasks_namespace_created_at_id_idx" ON "tasks"("namespace", "created_at", "id");

-- CreateIndex
CREATE INDEX "tasks_namespace_status_created_at_id_idx" ON "tasks"("namespace", "status", "created_at", "id");

-- CreateIndex
CREATE INDEX "tasks_namespace_assigned_to_created_at_id_idx" ON "tasks"("namespace", "assigned_to", "created_at", "id");

-- CreateIndex
CREATE INDEX "tasks_namespace_assigned_to_status_created_at_id_idx" ON "tasks"("namespace", "assigned_to", "status", "created_at", "id");
`,
  },
  {
    name: '20261123000300_event_search',
    description: 'Full-text search over the content of events',
    checksum: '4e8f452231de83259640bd1039e359b268889aa162f7783f2e15f6e343703f04',
    sql: `-- Full-text search over the content of events

-- Keeps the words only; the text itself stays in "events", whose seq is the row's number here
CREATE VIRTUAL TABLE "events_fts" USING fts5(
    "content",
    content='events',
    content_rowid='seq',
    tokenize='unicode61 remove_diacritics 2'
);

INSERT INTO "events_fts"("events_fts") VALUES ('rebuild');

-- Merges the index's segments two by two: a search opens each of them, so fewer make it faster
INSERT INTO "events_fts"("events_fts", "rank") VALUES ('automerge', 2);

-- An event without a number yet is added by the update that gives it one
CREATE TRIGGER "events_fts_insert" AFTER INSERT ON "events"
WHEN new."seq" <> 0
BEGIN
    INSERT INTO "events_fts"("rowid", "content") VALUES (new."seq", new."content");
END;

CREATE TRIGGER "events_fts_delete" AFTER DELETE ON "events"
WHEN old."seq" <> 0
BEGIN
    INSERT INTO "events_fts"("events_fts", "rowid", "content") VALUES ('delete', old."seq", old."content");
END;

CREATE TRIGGER "events_fts_update" AFTER UPDATE OF "seq", "content" ON "events"
WHEN old."seq" IS NOT new."seq" OR old."content" IS NOT new."content"
BEGIN
    INSERT INTO "events_fts"("events_fts", "rowid", "content")
    SELECT 'delete', old."seq", old."content" WHERE old."seq" <> 0;
    INSERT INTO "events_fts"("rowid", "content")
    SELECT new."seq", new."content" WHERE new."seq" <> 0;
END;
`,
  },
  {
    name: '20261123000400_agent_revisions',
    description: 'Every version of an agent, snapshots that pin one instead of holding a copy, and where a fork comes from',
    checksum: 'a89083977cdfb06ced8728dc6e39de9037664046fc75bbfc9e9be27c31c67cd7',
    sql: `-- Every version of an agent, snapshots that pin one instead of holding a copy, and where a fork comes from

-- CreateTable
CREATE TABLE "agent_revisions" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "agent_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "created_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "replaced_at" DATETIME,
    "base_version" INTEGER,
    "base_agent_id" TEXT,
    "chain_bytes" INTEGER NOT NULL,
    "chain_start" INTEGER NOT NULL,
    "checksum" BIGINT,
    "schema_version" INTEGER,
    "reverse_delta" BLOB,
    "data" BLOB NOT NULL,

    PRIMARY KEY ("namespace", "agent_id", "version")
);

-- CreateIndex
CREATE INDEX "agent_revisions_forks_idx" ON "agent_revisions"("namespace", "base_agent_id", "base_version") WHERE base_agent_id IS NOT NULL;

-- A state that was changed through Prisma kept its version, so that snapshots of one version may differ. A version is one
-- state from now on: those that are not that of their version get numbers below zero, which no version has.
UPDATE "state_snapshots" SET "agent_version" = -others."number"
FROM (
    SELECT "namespace", "id", row_number() OVER (PARTITION BY "namespace", "agent_id" ORDER BY "created_at", "id") AS "number"
    FROM (
        SELECT s.*, coalesce(a."state_data", first_value(s."state_data") OVER (PARTITION BY s."namespace", s."agent_id", s."agent_version" ORDER BY s."created_at", s."id")) AS "state_of_version"
        FROM "state_snapshots" s
        LEFT JOIN "agent_states" a ON a."namespace" = s."namespace" AND a."agent_id" = s."agent_id" AND a."version" = s."agent_version"
    )
    WHERE "state_data" <> "state_of_version"
) others
WHERE others."namespace" = "state_snapshots"."namespace" AND others."id" = "state_snapshots"."id";

-- The history of agents that are there already begins with what is known of them: their present version, and the versions
-- that were kept as snapshots. Of those the state alone is known; name, status and metadata are the present ones.
INSERT INTO "agent_revisions" ("namespace", "agent_id", "version", "kind", "status", "size", "created_at", "chain_bytes", "chain_start", "data")
SELECT "namespace", "agent_id", "version", 'plain', "status", length("data"), "updated_at", length("data") + 64, "version", "data"
FROM (
    SELECT *, CAST(json_quote("name") || char(10) || replace(coalesce("metadata", ''), char(10), ' ') || char(10) || "state_data" AS BLOB) AS "data"
    FROM "agent_states"
);

INSERT OR IGNORE INTO "agent_revisions" ("namespace", "agent_id", "version", "kind", "status", "size", "created_at", "chain_bytes", "chain_start", "data")
SELECT "namespace", "agent_id", "agent_version", 'plain', "status", length("data"), "created_at", length("data") + 64, "agent_version", "data"
FROM (
    SELECT s.*, coalesce(a."status", '') AS "status", CAST(json_quote(coalesce(a."name", s."agent_id")) || char(10) || replace(coalesce(a."metadata", ''), char(10), ' ') || char(10) || s."state_data" AS BLOB) AS "data"
    FROM "state_snapshots" s
    LEFT JOIN "agent_states" a ON a."namespace" = s."namespace" AND a."agent_id" = s."agent_id"
    ORDER BY s."created_at", s."id"
);

-- RedefineTables
CREATE TABLE "new_state_snapshots" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "agent_version" INTEGER NOT NULL,
    "description" TEXT,
    "created_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "expires_at" DATETIME,

    PRIMARY KEY ("namespace", "id")
);
INSERT INTO "new_state_snapshots" ("agent_id", "agent_version", "created_at", "description", "expires_at", "id", "namespace") SELECT "agent_id", "agent_version", "created_at", "description", "expires_at", "id", "namespace" FROM "state_snapshots";
DROP TABLE "state_snapshots";
ALTER TABLE "new_state_snapshots" RENAME TO "state_snapshots";
CREATE INDEX "state_snapshots_namespace_agent_id_created_at_id_idx" ON "state_snapshots"("namespace", "agent_id", "created_at", "id");
CREATE INDEX "state_snapshots_namespace_agent_id_agent_version_idx" ON "state_snapshots"("namespace", "agent_id", "agent_version");
CREATE INDEX "state_snapshots_expiring_idx" ON "state_snapshots"("namespace", "expires_at") WHERE expires_at IS NOT NULL;

-- RedefineTables: the state must stay the last column, so that lists of agents never read through it.
CREATE TABLE "new_agent_states" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "agent_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "metadata" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "updated_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "deleted_at" DATETIME,
    "schema_version" INTEGER,
    "parent_agent_id" TEXT,
    "parent_version" INTEGER,
    "recorded_version" INTEGER,
    "chain_bytes" INTEGER,
    "chain_start" INTEGER,
    "checksum" BIGINT,
    "state_data" TEXT NOT NULL,

    PRIMARY KEY ("namespace", "agent_id")
);
INSERT INTO "new_agent_states" ("agent_id", "created_at", "deleted_at", "metadata", "name", "namespace", "recorded_version", "state_data", "status", "updated_at", "version") SELECT "agent_id", "created_at", "deleted_at", "metadata", "name", "namespace", "version", "state_data", "status", "updated_at", "version" FROM "agent_states";
-- Of an agent that was removed and made again there are snapshots with higher numbers: the next version must come after them.
UPDATE "new_agent_states" SET "recorded_version" = NULL WHERE EXISTS (
    SELECT 1 FROM "agent_revisions" r WHERE r."namespace" = "new_agent_states"."namespace" AND r."agent_id" = "new_agent_states"."agent_id" AND r."version" > "new_agent_states"."version"
);
DROP TABLE "agent_states";
ALTER TABLE "new_agent_states" RENAME TO "agent_states";
CREATE INDEX "agent_states_live_idx" ON "agent_states"("namespace", "agent_id") WHERE deleted_at IS NULL;
CREATE INDEX "agent_states_live_status_idx" ON "agent_states"("namespace", "status", "agent_id") WHERE deleted_at IS NULL;
CREATE INDEX "agent_states_forks_idx" ON "agent_states"("namespace", "parent_agent_id", "parent_version") WHERE parent_agent_id IS NOT NULL;

-- The store sets recorded_version with every version that it writes. What anybody else changes is in no revision.
CREATE TRIGGER "agent_states_unrecorded" AFTER UPDATE OF "namespace", "agent_id", "name", "status", "metadata", "version", "updated_at", "state_data" ON "agent_states"
WHEN new."recorded_version" IS old."recorded_version"
BEGIN
    UPDATE "agent_states" SET "recorded_version" = NULL WHERE "namespace" = new."namespace" AND "agent_id" = new."agent_id";
END;
`,
  },
  {
    name: '20261123000500_events_by_actor',
    description: 'Events of one actor: for what an agent did, and to erase it',
    checksum: '33e574c16484d5865a5727a2f27c83c24302a34ff80274990612df4c3961074e',
    sql: `-- Events of one actor: for what an agent did, and to erase it

-- CreateIndex
CREATE INDEX "events_namespace_actor_id_seq_idx" ON "events"("namespace", "actor_id", "seq");
`,
  },
  {
    name: '20261123000600_event_numbers',
    description: 'The number of an event that is deleted never comes back',
    checksum: '91faaf21421c0c0341d05f25c68e72084148df1fd8fbe778f0fd7135ca053cd7',
    sql: `-- The number of an event that is deleted never comes back

-- Not less than the number of any event that was deleted while it was the newest; one row
CREATE TABLE "events_deleted_seq" (
    "seq" BIGINT NOT NULL
);

INSERT INTO "events_deleted_seq" VALUES (0);

CREATE TRIGGER "events_keep_deleted_seq" AFTER DELETE ON "events"
WHEN old."seq" > coalesce((SELECT max("seq") FROM "events"), 0)
BEGIN
    UPDATE "events_deleted_seq" SET "seq" = old."seq" WHERE "seq" < old."seq";
END;

DROP TRIGGER "events_refuse_chosen_seq";

CREATE TRIGGER "events_refuse_chosen_seq" BEFORE INSERT ON "events"
WHEN new."seq" <> 0 AND new."seq" <> 1 + max(
    coalesce((SELECT max("seq") FROM "events"), 0),
    coalesce((SELECT "seq" FROM "events_deleted_seq"), 0)
)
BEGIN
    SELECT RAISE(ABORT, 'events are numbered by the store: leave seq out');
END;

DROP TRIGGER "events_assign_seq";

CREATE TRIGGER "events_assign_seq" AFTER INSERT ON "events"
WHEN new."seq" = 0
BEGIN
    UPDATE "events"
    SET "seq" = 1 + max(
        (SELECT max("seq") FROM "events"),
        coalesce((SELECT "seq" FROM "events_deleted_seq"), 0)
    )
    WHERE "namespace" = new."namespace" AND "id" = new."id";
END;
`,
  },
  {
    name: '20261123000700_inserted_agents',
    description: 'An agent whose row was copied or brought back through Prisma is not taken for one that the history holds',
    checksum: '378279820dafb472509f8bfbf1a7c92f3652d072f9695b31e07f2146029a29d4',
    sql: `-- An agent whose row was copied or brought back through Prisma is not taken for one that the history holds

-- The store says so itself, after it has inserted a row. Any other row that names a version may be a copy of another
-- agent's, an older one of its own, or changed: the next version must neither rest on that version nor follow it.
CREATE TRIGGER "agent_states_inserted_unrecorded" AFTER INSERT ON "agent_states"
WHEN new."recorded_version" IS NOT NULL
BEGIN
    UPDATE "agent_states" SET "recorded_version" = NULL WHERE "namespace" = new."namespace" AND "agent_id" = new."agent_id";
END;
`,
  },
  {
    name: '20261123000800_revision_labels',
    description: 'A version can be given a label, by which it is found',
    checksum: 'f138495b68b482f4c096b83eff52646fc7c73e3f3d41bcd278dddc33ed4362fd',
    sql: `-- A version can be given a label, by which it is found

-- AlterTable: behind the data. Rows that are there need not be written anew, however many versions there are.
ALTER TABLE "agent_revisions" ADD COLUMN "label" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "agent_revisions_labels_idx" ON "agent_revisions"("namespace", "agent_id", "label") WHERE label IS NOT NULL;
`,
  },
  {
    name: '20261123000900_items',
    description: 'Items: values that are found by path and key, and by their words',
    checksum: '42ddfa6c8837423566382487bbafd533bba216c8705c59fdff941aabbc6cc0df',
    sql: `-- Items: values that are found by path and key, and by their words

-- CreateTable
CREATE TABLE "items" (
    "namespace" TEXT NOT NULL DEFAULT 'default',
    "path" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "created_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "updated_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "expires_at" DATETIME,
    "ttl_ms" BIGINT,
    "text" TEXT NOT NULL DEFAULT '',
    "value" TEXT NOT NULL,

    PRIMARY KEY ("namespace", "path", "key")
);

-- CreateIndex
CREATE INDEX "items_seq_idx" ON "items"("seq");

-- CreateIndex
CREATE INDEX "items_namespace_path_seq_expires_at_idx" ON "items"("namespace", "path", "seq", "expires_at");

-- CreateIndex
CREATE INDEX "items_expiring_idx" ON "items"("namespace", "expires_at") WHERE expires_at IS NOT NULL;

-- Numbers are given out in turn, at every save: one chosen by hand could name another item's words in the full-text index
CREATE TRIGGER "items_refuse_chosen_seq" BEFORE INSERT ON "items"
WHEN new."seq" <> 0 AND new."seq" <> (SELECT coalesce(max("seq"), 0) + 1 FROM "items")
BEGIN
    SELECT RAISE(ABORT, 'items are numbered by the store: leave seq out');
END;

CREATE TRIGGER "items_refuse_changed_seq" BEFORE UPDATE OF "seq" ON "items"
WHEN old."seq" <> 0 AND new."seq" <> old."seq" AND new."seq" <> (SELECT max("seq") + 1 FROM "items")
BEGIN
    SELECT RAISE(ABORT, 'items are numbered by the store: leave seq as it is');
END;

-- An item that was not numbered by its writer takes the next number
CREATE TRIGGER "items_assign_seq" AFTER INSERT ON "items"
WHEN new."seq" = 0
BEGIN
    UPDATE "items"
    SET "seq" = (SELECT max("seq") + 1 FROM "items")
    WHERE "namespace" = new."namespace" AND "path" = new."path" AND "key" = new."key";
END;

-- Keeps the words only; the text itself stays in "items", whose seq is the row's number here
CREATE VIRTUAL TABLE "items_fts" USING fts5(
    "text",
    content='items',
    content_rowid='seq',
    tokenize='unicode61 remove_diacritics 2'
);

-- As for events: a search opens each segment, so fewer make it faster
INSERT INTO "items_fts"("items_fts", "rank") VALUES ('automerge', 2);

-- An item without a number yet is added by the update that gives it one
CREATE TRIGGER "items_fts_insert" AFTER INSERT ON "items"
WHEN new."seq" <> 0
BEGIN
    INSERT INTO "items_fts"("rowid", "text") VALUES (new."seq", new."text");
END;

CREATE TRIGGER "items_fts_delete" AFTER DELETE ON "items"
WHEN old."seq" <> 0
BEGIN
    INSERT INTO "items_fts"("items_fts", "rowid", "text") VALUES ('delete', old."seq", old."text");
END;

CREATE TRIGGER "items_fts_update" AFTER UPDATE OF "seq", "text" ON "items"
WHEN old."seq" IS NOT new."seq" OR old."text" IS NOT new."text"
BEGIN
    INSERT INTO "items_fts"("items_fts", "rowid", "text")
    SELECT 'delete', old."seq", old."text" WHERE old."seq" <> 0;
    INSERT INTO "items_fts"("rowid", "text")
    SELECT new."seq", new."text" WHERE new."seq" <> 0;
END;
`,
  },
]
