-- Tasks and sessions

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
