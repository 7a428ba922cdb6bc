-- Tasks and sessions

-- CreateTable
CREATE TABLE "sessions" (
    "namespace" TEXT COLLATE "C" NOT NULL DEFAULT 'default',
    "id" TEXT COLLATE "C" NOT NULL,
    "agent_id" TEXT COLLATE "C" NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "status" TEXT COLLATE "C" NOT NULL DEFAULT 'active',
    "metadata" JSONB,

    CONSTRAINT "sessions_status_check" CHECK ("status" IN ('active', 'completed', 'failed', 'cancelled')),
    CONSTRAINT "sessions_pkey" PRIMARY KEY ("namespace","id")
);

-- CreateTable
CREATE TABLE "tasks" (
    "namespace" TEXT COLLATE "C" NOT NULL DEFAULT 'default',
    "id" TEXT COLLATE "C" NOT NULL,
    "title" TEXT COLLATE "C" NOT NULL,
    "description" TEXT,
    "status" TEXT COLLATE "C" NOT NULL DEFAULT 'pending',
    "assigned_to" TEXT COLLATE "C",
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "metadata" JSONB,

    CONSTRAINT "tasks_status_check" CHECK ("status" IN ('pending', 'in_progress', 'completed', 'failed', 'cancelled')),
    CONSTRAINT "tasks_pkey" PRIMARY KEY ("namespace","id")
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
