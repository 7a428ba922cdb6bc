-- Agents: their states, the transitions between them, and snapshots

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
