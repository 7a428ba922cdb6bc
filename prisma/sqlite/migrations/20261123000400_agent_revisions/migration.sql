-- Every version of an agent, snapshots that pin one instead of holding a copy, and where a fork comes from

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
