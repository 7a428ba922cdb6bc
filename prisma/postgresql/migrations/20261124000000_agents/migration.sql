-- Agents: their states, every version of them, the transitions between them, and snapshots

-- CreateTable
CREATE TABLE "agent_states" (
    "namespace" TEXT COLLATE "C" NOT NULL DEFAULT 'default',
    "agent_id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "status" TEXT COLLATE "C" NOT NULL,
    "metadata" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "schema_version" INTEGER,
    "parent_agent_id" TEXT COLLATE "C",
    "parent_version" INTEGER,
    "recorded_version" INTEGER,
    "chain_bytes" INTEGER,
    "chain_start" INTEGER,
    "checksum" BIGINT,
    "state_data" TEXT NOT NULL,

    CONSTRAINT "agent_states_pkey" PRIMARY KEY ("namespace","agent_id")
);

-- CreateTable
CREATE TABLE "state_transitions" (
    "namespace" TEXT COLLATE "C" NOT NULL DEFAULT 'default',
    "id" TEXT COLLATE "C" NOT NULL,
    "agent_id" TEXT COLLATE "C" NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,
    "state_before" TEXT COLLATE "C" NOT NULL,
    "state_after" TEXT COLLATE "C" NOT NULL,
    "reason" TEXT,
    "timestamp" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "metadata" JSONB,

    CONSTRAINT "state_transitions_pkey" PRIMARY KEY ("namespace","id")
);

-- CreateTable
CREATE TABLE "agent_revisions" (
    "namespace" TEXT COLLATE "C" NOT NULL DEFAULT 'default',
    "agent_id" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "status" TEXT COLLATE "C" NOT NULL,
    "size" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "replaced_at" TIMESTAMPTZ(3),
    "base_version" INTEGER,
    "base_agent_id" TEXT COLLATE "C",
    "chain_bytes" INTEGER NOT NULL,
    "chain_start" INTEGER NOT NULL,
    "checksum" BIGINT,
    "schema_version" INTEGER,
    "reverse_delta" BYTEA,
    "data" BYTEA NOT NULL,

    CONSTRAINT "agent_revisions_kind_check" CHECK ("kind" IN ('keyframe', 'delta', 'plain')),
    CONSTRAINT "agent_revisions_pkey" PRIMARY KEY ("namespace","agent_id","version")
);

-- CreateTable
CREATE TABLE "state_snapshots" (
    "namespace" TEXT COLLATE "C" NOT NULL DEFAULT 'default',
    "id" TEXT COLLATE "C" NOT NULL,
    "agent_id" TEXT COLLATE "C" NOT NULL,
    "agent_version" INTEGER NOT NULL,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "state_snapshots_pkey" PRIMARY KEY ("namespace","id")
);

-- CreateIndex
CREATE INDEX "agent_states_live_idx" ON "agent_states"("namespace", "agent_id") WHERE (deleted_at IS NULL);

-- CreateIndex
CREATE INDEX "agent_states_live_status_idx" ON "agent_states"("namespace", "status", "agent_id") WHERE (deleted_at IS NULL);

-- CreateIndex
CREATE INDEX "agent_states_forks_idx" ON "agent_states"("namespace", "parent_agent_id", "parent_version") WHERE (parent_agent_id IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "state_transitions_namespace_agent_id_seq_key" ON "state_transitions"("namespace", "agent_id", "seq");

-- CreateIndex
CREATE INDEX "agent_revisions_forks_idx" ON "agent_revisions"("namespace", "base_agent_id", "base_version") WHERE (base_agent_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "state_snapshots_namespace_agent_id_created_at_id_idx" ON "state_snapshots"("namespace", "agent_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "state_snapshots_namespace_agent_id_agent_version_idx" ON "state_snapshots"("namespace", "agent_id", "agent_version");

-- CreateIndex
CREATE INDEX "state_snapshots_expiring_idx" ON "state_snapshots"("namespace", "expires_at") WHERE (expires_at IS NOT NULL);

-- What they hold is compressed already
ALTER TABLE "agent_revisions" ALTER COLUMN "data" SET STORAGE EXTERNAL, ALTER COLUMN "reverse_delta" SET STORAGE EXTERNAL;

-- The store sets recorded_version with every version that it writes. What anybody else changes is in no revision.
CREATE FUNCTION "agent_states_forget_version"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."recorded_version" := NULL;
    RETURN NEW;
END
$$;

CREATE TRIGGER "agent_states_unrecorded"
BEFORE UPDATE OF "namespace", "agent_id", "name", "status", "metadata", "version", "updated_at", "state_data" ON "agent_states"
FOR EACH ROW WHEN (NEW."recorded_version" = OLD."recorded_version")
EXECUTE FUNCTION "agent_states_forget_version"();

-- The store says so itself, after it has inserted a row. Any other row that names a version may be a copy of another
-- agent's, an older one of its own, or changed: the next version must neither rest on that version nor follow it.
-- Whoever copies a whole store sets descartes.copying to on, within the transaction.
CREATE TRIGGER "agent_states_inserted_unrecorded" BEFORE INSERT ON "agent_states"
FOR EACH ROW WHEN (NEW."recorded_version" IS NOT NULL AND coalesce(current_setting('descartes.copying', true), '') <> 'on')
EXECUTE FUNCTION "agent_states_forget_version"();

-- A transition that was not numbered by its writer takes the next number in its agent's history. Whoever else adds one to
-- it waits until this one is committed; once a lock was waited for, the next statement sees what was committed meanwhile.
-- Agents share 1,024 locks, for one transaction may number the transitions of very many agents.
CREATE FUNCTION "state_transitions_number"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW."namespace" || '/' || NEW."agent_id", 1) & 1023);
    NEW."seq" := 1 + coalesce((
        SELECT max(t."seq") FROM "state_transitions" t
        WHERE t."namespace" = NEW."namespace" AND t."agent_id" = NEW."agent_id"
    ), 0);
    RETURN NEW;
END
$$;

CREATE TRIGGER "state_transitions_assign_seq" BEFORE INSERT ON "state_transitions"
FOR EACH ROW WHEN (NEW."seq" = 0)
EXECUTE FUNCTION "state_transitions_number"();
