// Generated from prisma/postgresql/migrations by tools/embed-migrations.mjs: do not edit.
import type { Migration } from './migration.ts'

export const POSTGRESQL_MIGRATIONS: readonly Migration[] = [
  {
    name: '20261124000000_agents',
    description: 'Agents: their states, every version of them, the transitions between them, and snapshots',
    checksum: 'fa31c38e5f339ba5262ce2038c2dfc8a5066fc9883e743a66f78e9a253c4f57d',
    sql: `-- Agents: their states, every version of them, the transitions between them, and snapshots

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
`,
  },
  {
    name: '20261124000100_events',
    description: 'Events, in the order in which they were saved',
    checksum: '3b5c8d95dd70cdc97bde7c47e5b293a5089562a925e9074dfa3ec73a63bbfb33',
    sql: `-- Events, in the order in which they were saved

-- CreateTable
CREATE TABLE "events" (
    "namespace" TEXT COLLATE "C" NOT NULL DEFAULT 'default',
    "id" TEXT COLLATE "C" NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "event_type" TEXT COLLATE "C" NOT NULL,
    "timestamp" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "session_id" TEXT COLLATE "C" NOT NULL,
    "actor_type" TEXT COLLATE "C" NOT NULL,
    "actor_id" TEXT COLLATE "C" NOT NULL,
    "git_commit" TEXT COLLATE "C",
    "metadata" JSONB,
    "content" TEXT NOT NULL,

    CONSTRAINT "events_actor_type_check" CHECK ("actor_type" IN ('user', 'agent', 'system')),
    CONSTRAINT "events_pkey" PRIMARY KEY ("namespace","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "events_namespace_seq_key" ON "events"("namespace", "seq");

-- CreateIndex
CREATE INDEX "events_namespace_session_id_seq_idx" ON "events"("namespace", "session_id", "seq");

-- CreateIndex
CREATE INDEX "events_namespace_event_type_seq_idx" ON "events"("namespace", "event_type", "seq");

-- CreateIndex
CREATE INDEX "events_namespace_actor_id_seq_idx" ON "events"("namespace", "actor_id", "seq");

-- One sequence for all namespaces: a number never comes back, whatever is deleted
CREATE SEQUENCE "events_seq";

-- Events are numbered in the order of their commits, within a namespace: whoever adds one waits until the one before is
-- committed. Else a smaller number could be committed after a larger one, and who reads on from the larger would miss it.
-- Whoever copies a whole store sets descartes.copying to on, within the transaction, and brings the numbers along.
CREATE FUNCTION "events_number"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."seq" = 0 THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW."namespace", 2));
        NEW."seq" := nextval('events_seq');
    ELSIF coalesce(current_setting('descartes.copying', true), '') <> 'on' THEN
        RAISE EXCEPTION 'events are numbered by the store: leave seq out' USING ERRCODE = 'check_violation';
    ELSIF NEW."seq" >= (SELECT "last_value" FROM "events_seq") THEN
        PERFORM setval('events_seq', NEW."seq");
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER "events_assign_seq" BEFORE INSERT ON "events"
FOR EACH ROW EXECUTE FUNCTION "events_number"();

CREATE FUNCTION "events_keep_number"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are numbered by the store: their seq never changes' USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER "events_refuse_changed_seq" BEFORE UPDATE OF "seq" ON "events"
FOR EACH ROW WHEN (NEW."seq" <> OLD."seq")
EXECUTE FUNCTION "events_keep_number"();
`,
  },
  {
    name: '20261124000200_tasks_and_sessions',
    description: 'Tasks and sessions',
    checksum: '21e1058abbbc5d080a80a741f337dafc533fa6b23f4777295788e74b990f2f00',
    sql: `-- Tasks and sessions

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
`,
  },
  {
    name: '20261124000300_event_search',
    description: 'Full-text search over the content of events',
    checksum: 'e516c18e9c29ced2a5f30ab9d4babc5e0bb02be6c93c9015d1288d3edf92549d',
    sql: `-- Full-text search over the content of events

-- The words of a text, in their order, with one blank between: runs of letters, digits and characters of private use,
-- without case and diacritics. It asks no collation which characters those are, so that the same words are found
-- whatever the locale of the database; only the lower case of letters beyond ASCII is a collation's, the best there is.
-- The two lists are Unicode's: the marks, and (of what NFD leaves) letters, numbers and private use. Code points that
-- are not assigned are on either side, where that makes the lists shorter.
DO $migration$
DECLARE
    -- From PostgreSQL 17 on; of the versions before, those that are built with ICU.
    lower_case text := (
        SELECT "collname" FROM pg_collation
        WHERE "collname" IN ('pg_c_utf8', 'und-x-icu') AND "collnamespace" = 'pg_catalog'::regnamespace
        ORDER BY "collname" LIMIT 1
    );
    marks text :=
        '\\u0300-\\u036F\\u0483-\\u0489\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7\\u0610-\\u061A\\u064B-\\u065F\\u0670'
        '\\u06D6-\\u06DC\\u06DF-\\u06E4\\u06E7\\u06E8\\u06EA-\\u06ED\\u0711\\u0730-\\u074A\\u07A6-\\u07B0\\u07EB-\\u07F3\\u07FD'
        '\\u0816-\\u0819\\u081B-\\u0823\\u0825-\\u0827\\u0829-\\u082D\\u0859-\\u085B\\u0897-\\u089F\\u08CA-\\u08E1\\u08E3-\\u0903'
        '\\u093A-\\u093C\\u093E-\\u094F\\u0951-\\u0957\\u0962\\u0963\\u0981-\\u0983\\u09BC\\u09BE-\\u09CD\\u09D7\\u09E2\\u09E3'
        '\\u09FE-\\u0A03\\u0A3C-\\u0A51\\u0A70\\u0A71\\u0A75\\u0A81-\\u0A83\\u0ABC\\u0ABE-\\u0ACD\\u0AE2\\u0AE3\\u0AFA-\\u0B03\\u0B3C'
        '\\u0B3E-\\u0B57\\u0B62\\u0B63\\u0B82\\u0BBE-\\u0BCD\\u0BD7\\u0C00-\\u0C04\\u0C3C\\u0C3E-\\u0C56\\u0C62\\u0C63\\u0C81-\\u0C83'
        '\\u0CBC\\u0CBE-\\u0CD6\\u0CE2\\u0CE3\\u0CF3-\\u0D03\\u0D3B\\u0D3C\\u0D3E-\\u0D4D\\u0D57\\u0D62\\u0D63\\u0D81-\\u0D83'
        '\\u0DCA-\\u0DDF\\u0DF2\\u0DF3\\u0E31\\u0E34-\\u0E3A\\u0E47-\\u0E4E\\u0EB1\\u0EB4-\\u0EBC\\u0EC8-\\u0ECE\\u0F18\\u0F19\\u0F35'
        '\\u0F37\\u0F39\\u0F3E\\u0F3F\\u0F71-\\u0F84\\u0F86\\u0F87\\u0F8D-\\u0FBC\\u0FC6\\u102B-\\u103E\\u1056-\\u1059\\u105E-\\u1060'
        '\\u1062-\\u1064\\u1067-\\u106D\\u1071-\\u1074\\u1082-\\u108D\\u108F\\u109A-\\u109D\\u135D-\\u135F\\u1712-\\u1715\\u1732-\\u1734'
        '\\u1752\\u1753\\u1772\\u1773\\u17B4-\\u17D3\\u17DD\\u180B-\\u180D\\u180F\\u1885\\u1886\\u18A9\\u1920-\\u193B\\u1A17-\\u1A1B'
        '\\u1A55-\\u1A7F\\u1AB0-\\u1B04\\u1B34-\\u1B44\\u1B6B-\\u1B73\\u1B80-\\u1B82\\u1BA1-\\u1BAD\\u1BE6-\\u1BF3\\u1C24-\\u1C37'
        '\\u1CD0-\\u1CD2\\u1CD4-\\u1CE8\\u1CED\\u1CF4\\u1CF7-\\u1CF9\\u1DC0-\\u1DFF\\u20D0-\\u20F0\\u2CEF-\\u2CF1\\u2D7F\\u2DE0-\\u2DFF'
        '\\u302A-\\u302F\\u3099\\u309A\\uA66F-\\uA672\\uA674-\\uA67D\\uA69E\\uA69F\\uA6F0\\uA6F1\\uA802\\uA806\\uA80B\\uA823-\\uA827'
        '\\uA82C\\uA880\\uA881\\uA8B4-\\uA8C5\\uA8E0-\\uA8F1\\uA8FF\\uA926-\\uA92D\\uA947-\\uA953\\uA980-\\uA983\\uA9B3-\\uA9C0\\uA9E5'
        '\\uAA29-\\uAA36\\uAA43\\uAA4C\\uAA4D\\uAA7B-\\uAA7D\\uAAB0\\uAAB2-\\uAAB4\\uAAB7\\uAAB8\\uAABE\\uAABF\\uAAC1\\uAAEB-\\uAAEF'
        '\\uAAF5\\uAAF6\\uABE3-\\uABEA\\uABEC\\uABED\\uFB1E\\uFE00-\\uFE0F\\uFE20-\\uFE2F\\U000101FD\\U000102E0\\U00010376-\\U0001037A'
        '\\U00010A01-\\U00010A0F\\U00010A38-\\U00010A3F\\U00010AE5\\U00010AE6\\U00010D24-\\U00010D27\\U00010D69-\\U00010D6D'
        '\\U00010EAB\\U00010EAC\\U00010EFA-\\U00010EFF\\U00010F46-\\U00010F50\\U00010F82-\\U00010F85\\U00011000-\\U00011002'
        '\\U00011038-\\U00011046\\U00011070\\U00011073\\U00011074\\U0001107F-\\U00011082\\U000110B0-\\U000110BA\\U000110C2'
        '\\U00011100-\\U00011102\\U00011127-\\U00011134\\U00011145\\U00011146\\U00011173\\U00011180-\\U00011182'
        '\\U000111B3-\\U000111C0\\U000111C9-\\U000111CC\\U000111CE\\U000111CF\\U0001122C-\\U00011237\\U0001123E\\U00011241'
        '\\U000112DF-\\U000112EA\\U00011300-\\U00011303\\U0001133B\\U0001133C\\U0001133E-\\U0001134D\\U00011357'
        '\\U00011362-\\U00011374\\U000113B8-\\U000113D0\\U000113D2\\U000113E1\\U000113E2\\U00011435-\\U00011446\\U0001145E'
        '\\U000114B0-\\U000114C3\\U000115AF-\\U000115C0\\U000115DC\\U000115DD\\U00011630-\\U00011640\\U000116AB-\\U000116B7'
        '\\U0001171D-\\U0001172B\\U0001182C-\\U0001183A\\U00011930-\\U0001193E\\U00011940\\U00011942\\U00011943'
        '\\U000119D1-\\U000119E0\\U000119E4\\U00011A01-\\U00011A0A\\U00011A33-\\U00011A39\\U00011A3B-\\U00011A3E\\U00011A47'
        '\\U00011A51-\\U00011A5B\\U00011A8A-\\U00011A99\\U00011B60-\\U00011B67\\U00011C2F-\\U00011C3F\\U00011C92-\\U00011CB6'
        '\\U00011D31-\\U00011D45\\U00011D47\\U00011D8A-\\U00011D97\\U00011EF3-\\U00011EF6\\U00011F00\\U00011F01\\U00011F03'
        '\\U00011F34-\\U00011F42\\U00011F5A\\U00013440\\U00013447-\\U00013455\\U0001611E-\\U0001612F\\U00016AF0-\\U00016AF4'
        '\\U00016B30-\\U00016B36\\U00016F4F\\U00016F51-\\U00016F92\\U00016FE4-\\U00016FF1\\U0001BC9D\\U0001BC9E'
        '\\U0001CF00-\\U0001CF46\\U0001D165-\\U0001D169\\U0001D16D-\\U0001D172\\U0001D17B-\\U0001D182\\U0001D185-\\U0001D18B'
        '\\U0001D1AA-\\U0001D1AD\\U0001D242-\\U0001D244\\U0001DA00-\\U0001DA36\\U0001DA3B-\\U0001DA6C\\U0001DA75\\U0001DA84'
        '\\U0001DA9B-\\U0001DAAF\\U0001E000-\\U0001E02A\\U0001E08F\\U0001E130-\\U0001E136\\U0001E2AE\\U0001E2EC-\\U0001E2EF'
        '\\U0001E4EC-\\U0001E4EF\\U0001E5EE\\U0001E5EF\\U0001E6E3\\U0001E6E6\\U0001E6EE\\U0001E6EF\\U0001E6F5'
        '\\U0001E8D0-\\U0001E8D6\\U0001E944-\\U0001E94A\\U000E0100-\\U000E01EF';
    letters text :=
        '\\u00AA\\u00B2\\u00B3\\u00B5\\u00B9\\u00BA\\u00BC-\\u00BE\\u00C6-\\u00D0\\u00D8-\\u00F0\\u00F8-\\u02C1\\u02C6-\\u02D1'
        '\\u02E0-\\u02E4\\u02EC\\u02EE\\u0370-\\u0373\\u0376-\\u037F\\u0391-\\u03F5\\u03F7-\\u0481\\u048A-\\u0559\\u0560-\\u0588'
        '\\u05D0-\\u05F2\\u0620-\\u0669\\u066E-\\u06D2\\u06D5\\u06E5\\u06E6\\u06EE-\\u06FC\\u06FF\\u0710-\\u07F5\\u07FA\\u0800-\\u0828'
        '\\u0840-\\u0858\\u0860-\\u0887\\u0889-\\u088F\\u08A0-\\u08C9\\u0904-\\u0961\\u0966-\\u096F\\u0971-\\u09F1\\u09F4-\\u09F9\\u09FC'
        '\\u0A05-\\u0A74\\u0A85-\\u0AEF\\u0AF9-\\u0B6F\\u0B71-\\u0BF2\\u0C05-\\u0C6F\\u0C78-\\u0C7E\\u0C80\\u0C85-\\u0D4E\\u0D54-\\u0D78'
        '\\u0D7A-\\u0DEF\\u0E01-\\u0E33\\u0E40-\\u0E46\\u0E50-\\u0E59\\u0E81-\\u0F00\\u0F20-\\u0F33\\u0F40-\\u0F6C\\u0F88-\\u0F8C'
        '\\u1000-\\u1049\\u1050-\\u1099\\u10A0-\\u10FA\\u10FC-\\u135A\\u1369-\\u138F\\u13A0-\\u13FD\\u1401-\\u166C\\u166F-\\u167F'
        '\\u1681-\\u169A\\u16A0-\\u16EA\\u16EE-\\u1731\\u1740-\\u17B3\\u17D7\\u17DC-\\u17F9\\u1810-\\u191E\\u1946-\\u19DA\\u1A00-\\u1A16'
        '\\u1A20-\\u1A99\\u1AA7\\u1B05-\\u1B4C\\u1B50-\\u1B59\\u1B83-\\u1BE5\\u1C00-\\u1C23\\u1C40-\\u1C7D\\u1C80-\\u1CBF\\u1CE9-\\u1EFF'
        '\\u2070-\\u2079\\u207F-\\u2089\\u2090-\\u209C\\u2102\\u2107\\u210A-\\u2113\\u2115\\u2119-\\u211D\\u2124\\u2128\\u212C\\u212D'
        '\\u212F-\\u2139\\u213C-\\u213F\\u2145-\\u2149\\u214E\\u2150-\\u2189\\u2460-\\u249B\\u24EA-\\u24FF\\u2776-\\u2793\\u2C00-\\u2CE4'
        '\\u2CEB-\\u2CF3\\u2CFD\\u2D00-\\u2D6F\\u2D80-\\u2DDE\\u2E2F\\u3005-\\u3007\\u3021-\\u3029\\u3031-\\u3035\\u3038-\\u303C'
        '\\u3041-\\u3096\\u309D-\\u309F\\u30A1-\\u30F6\\u30FC-\\u318E\\u3192-\\u3195\\u31A0-\\u31BF\\u31F0-\\u31FF\\u3220-\\u3229'
        '\\u3248-\\u324F\\u3251-\\u325F\\u3280-\\u3289\\u32B1-\\u32BF\\u3400-\\u4DBF\\u4E00-\\uA48C\\uA4D0-\\uA4FD\\uA500-\\uA60C'
        '\\uA610-\\uA66E\\uA67F-\\uA6EF\\uA717-\\uA71F\\uA722-\\uA788\\uA78B-\\uA822\\uA830-\\uA835\\uA840-\\uA873\\uA882-\\uA8B3'
        '\\uA8D0-\\uA8F7\\uA8FB\\uA8FD-\\uA925\\uA930-\\uA946\\uA960-\\uA9B2\\uA9CF-\\uA9D9\\uA9E0-\\uAA59\\uAA60-\\uAA76\\uAA7A-\\uAADD'
        '\\uAAE0-\\uAAEA\\uAAF2-\\uAB5A\\uAB5C-\\uAB69\\uAB70-\\uABE2\\uABF0-\\uFB28\\uFB4F-\\uFBB1\\uFBD3-\\uFD3D\\uFD50-\\uFD8F'
        '\\uFD92-\\uFDC7\\uFDF0-\\uFDFB\\uFE70-\\uFEFC\\uFF10-\\uFF19\\uFF21-\\uFF3A\\uFF41-\\uFF5A\\uFF66-\\uFFDC'
        '\\U00010000-\\U000100FA\\U00010107-\\U00010133\\U00010140-\\U00010178\\U0001018A\\U0001018B\\U00010280-\\U0001039D'
        '\\U000103A0-\\U000103CF\\U000103D1-\\U00010563\\U00010570-\\U00010855\\U00010858-\\U00010876\\U00010879-\\U0001091B'
        '\\U00010920-\\U00010939\\U00010940-\\U00010A48\\U00010A60-\\U00010A7E\\U00010A80-\\U00010AC7\\U00010AC9-\\U00010AEF'
        '\\U00010B00-\\U00010B35\\U00010B40-\\U00010B91\\U00010BA9-\\U00010D65\\U00010D6F-\\U00010D85\\U00010E60-\\U00010EA9'
        '\\U00010EB0-\\U00010EC7\\U00010F00-\\U00010F54\\U00010F70-\\U00010F81\\U00010FB0-\\U00011037\\U00011052-\\U000110AF'
        '\\U000110D0-\\U0001113F\\U00011144-\\U00011172\\U00011176-\\U000111C4\\U000111D0-\\U000111DA\\U000111DC'
        '\\U000111E1-\\U0001122B\\U0001123F-\\U000112A8\\U000112B0-\\U000113D3\\U00011400-\\U0001144A\\U00011450-\\U00011459'
        '\\U0001145F-\\U000114C5\\U000114C7-\\U000115AE\\U000115D8-\\U0001162F\\U00011644-\\U00011659\\U00011680-\\U000116B8'
        '\\U000116C0-\\U0001173B\\U00011740-\\U0001182B\\U000118A0-\\U00011941\\U00011950-\\U000119E1\\U000119E3-\\U00011A3A'
        '\\U00011A50-\\U00011A89\\U00011A9D\\U00011AB0-\\U00011AF8\\U00011BC0-\\U00011BE0\\U00011BF0-\\U00011C40'
        '\\U00011C50-\\U00011C6C\\U00011C72-\\U00011EF2\\U00011F02-\\U00011F33\\U00011F50-\\U00011FD4\\U00012000-\\U0001246E'
        '\\U00012480-\\U00012FF0\\U00013000-\\U0001342F\\U00013441-\\U00016A69\\U00016A70-\\U00016AED\\U00016B00-\\U00016B2F'
        '\\U00016B40-\\U00016B43\\U00016B50-\\U00016D6C\\U00016D70-\\U00016E96\\U00016EA0-\\U00016FE1\\U00016FE3-\\U0001BC99'
        '\\U0001CCF0-\\U0001CCF9\\U0001D2C0-\\U0001D2F3\\U0001D360-\\U0001D6C0\\U0001D6C2-\\U0001D6DA\\U0001D6DC-\\U0001D6FA'
        '\\U0001D6FC-\\U0001D714\\U0001D716-\\U0001D734\\U0001D736-\\U0001D74E\\U0001D750-\\U0001D76E\\U0001D770-\\U0001D788'
        '\\U0001D78A-\\U0001D7A8\\U0001D7AA-\\U0001D7C2\\U0001D7C4-\\U0001D7FF\\U0001DF00-\\U0001E14E\\U0001E290-\\U0001E2F9'
        '\\U0001E4D0-\\U0001E5FA\\U0001E6C0-\\U0001E959\\U0001EC71-\\U0001ECAB\\U0001ECAD-\\U0001ECAF\\U0001ECB1-\\U0001ED2D'
        '\\U0001ED2F-\\U0001EEBB\\U0001F100-\\U0001F10C\\U0001FBF0-\\U0001FBF9\\U00020000-\\U00033479\\U000F0000-\\U0010FFFD';
BEGIN
    EXECUTE format($function$
        CREATE FUNCTION "fold_text"("content" text) RETURNS text
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
        DECLARE
            folded text;
        BEGIN
            IF octet_length(content) = length(content) THEN
                RETURN btrim(regexp_replace(lower(content COLLATE "C"), '[^a-z0-9]+', ' ', 'g'));
            END IF;
            folded := regexp_replace(normalize(content, NFD) COLLATE "C", %L, '', 'g');
            -- Letters with two lower-case forms: a final sigma, a long s, the sign for micro.
            folded := translate(lower(folded COLLATE %I), U&'\\03C2\\017F\\00B5', U&'\\03C3s\\03BC');
            RETURN btrim(regexp_replace(folded COLLATE "C", %L, ' ', 'g'));
        END
        $body$
    $function$, '[' || marks || ']+', coalesce(lower_case, 'default'), '[^a-z0-9' || letters || ']+');

    -- What the index holds of an event: its words with their places, and its namespace, so that a search passes by other
    -- tenants' events without a look at them. A word that is longer than a lexeme may be stands there as its hash. Of a
    -- word, 255 places are kept, and no place beyond 16,382; an event that has more is marked as =cut. An event with more
    -- different words than fit is marked as =huge.
    EXECUTE format($function$
        CREATE FUNCTION "event_words"("namespace" text, "content" text) RETURNS tsvector
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
        DECLARE
            folded text := %I."fold_text"(content);
            words text[] := string_to_array(folded, ' ');
            scope tsvector := array_to_tsvector(ARRAY['=' || namespace]);
        BEGIN
            IF cardinality(words) <= 255 AND octet_length(folded) <= 2046 THEN
                RETURN scope || coalesce((
                    SELECT string_agg(word || ':' || place, ' ') FROM unnest(words) WITH ORDINALITY AS w(word, place)
                ), '')::tsvector;
            END IF;
            RETURN scope || (
                SELECT concat_ws(' ',
                    string_agg(lexeme || coalesce(':' || places, ''), ' ') FILTER (WHERE size <= 1000000),
                    CASE WHEN max(times) > 255 OR cardinality(words) > 16382 THEN '=cut' END,
                    CASE WHEN max(size) > 1000000 THEN '=huge' END
                )::tsvector
                FROM (
                    SELECT lexeme, times, places, sum(octet_length(lexeme) + 8 + 2 * least(times, 255)) OVER (ORDER BY first) AS size
                    FROM (
                        SELECT CASE WHEN octet_length(word) > 2046 THEN '=' || encode(sha256(convert_to(word, 'UTF8')), 'hex') ELSE word END AS lexeme,
                            min(place) AS first, count(*) AS times,
                            string_agg(place::text, ',' ORDER BY place) FILTER (WHERE place <= 16382) AS places
                        FROM unnest(words) WITH ORDINALITY AS w(word, place)
                        GROUP BY 1
                    ) counted
                ) measured
            );
        END
        $body$
    $function$, current_schema());
END
$migration$;

-- What finds the events of a namespace that hold all the terms; a term of several words is a phrase. It also finds those
-- of which the index does not know: they are to be looked at with search_holds.
CREATE FUNCTION "search_query"("namespace" text, "terms" text[]) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    scope text := quote_literal('=' || namespace);
    exact text := search_phrases(terms)::text;
BEGIN
    IF exact = '' THEN
        RETURN ''::tsquery;
    END IF;
    IF position('<' IN exact) > 0 THEN
        exact := exact || ' | ''=cut'' & ' || replace(exact, '<->', '&');
    END IF;
    RETURN (scope || ' & (' || exact || ' | ''=huge'')')::tsquery;
END
$$;

-- The same, of any namespace and without doubt: only what the index knows to hold all the terms.
CREATE FUNCTION "search_phrases"("terms" text[]) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(phrase, ' & '), '')::tsquery FROM (
        SELECT (
            SELECT '(' || string_agg(quote_literal(CASE WHEN octet_length(word) > 2046 THEN '=' || encode(sha256(convert_to(word, 'UTF8')), 'hex') ELSE word END), ' <-> ' ORDER BY place) || ')'
            FROM unnest(string_to_array(fold_text(term), ' ')) WITH ORDINALITY AS w(word, place)
        ) AS phrase
        FROM unnest(terms) AS t(term)
    ) phrases
$$;

-- Whether a text holds all the terms: for what the index does not know.
CREATE FUNCTION "search_holds"("content" text, "terms" text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(bool_and(position(' ' || fold_text(term) || ' ' IN folded) > 0), false)
    FROM (SELECT ' ' || fold_text(content) || ' ' AS folded OFFSET 0) f, unnest(terms) AS t(term)
    WHERE fold_text(term) <> ''
$$;

-- AlterTable
ALTER TABLE "events" ADD COLUMN "words" tsvector GENERATED ALWAYS AS (event_words("namespace", "content")) STORED;

-- CreateIndex: without a list of entries that are still to be merged, for every search would read all of it
CREATE INDEX "events_words_idx" ON "events" USING GIN ("words") WITH (fastupdate = off);
`,
  },
  {
    name: '20261124000400_tenants',
    description: 'Row-level security: a second wall between tenants, beside the filters of every query',
    checksum: '59cf09f63c96efa65bfc2a2d7eae23780551d0625efadac910bff5f87f6c33db',
    sql: `-- Row-level security: a second wall between tenants, beside the filters of every query

-- A role that does not own the tables sees and writes the rows of one namespace: that of descartes.namespace, which
-- belongs to a transaction (SET LOCAL, or set_config with true). Where it is not set, there are no rows. The owner, who
-- migrates, and roles with BYPASSRLS see all.

ALTER TABLE "agent_states" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "agent_states_of_namespace" ON "agent_states" USING ("namespace" = nullif(current_setting('descartes.namespace', true), ''));

ALTER TABLE "agent_revisions" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "agent_revisions_of_namespace" ON "agent_revisions" USING ("namespace" = nullif(current_setting('descartes.namespace', true), ''));

ALTER TABLE "state_transitions" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "state_transitions_of_namespace" ON "state_transitions" USING ("namespace" = nullif(current_setting('descartes.namespace', true), ''));

ALTER TABLE "state_snapshots" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "state_snapshots_of_namespace" ON "state_snapshots" USING ("namespace" = nullif(current_setting('descartes.namespace', true), ''));

ALTER TABLE "events" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "events_of_namespace" ON "events" USING ("namespace" = nullif(current_setting('descartes.namespace', true), ''));

ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "sessions_of_namespace" ON "sessions" USING ("namespace" = nullif(current_setting('descartes.namespace', true), ''));

ALTER TABLE "tasks" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "tasks_of_namespace" ON "tasks" USING ("namespace" = nullif(current_setting('descartes.namespace', true), ''));
`,
  },
  {
    name: '20261124000500_states_uncompressed',
    description: 'States are stored as they are: to compress one takes the server several times as long as to write it',
    checksum: '8e53c025bbbc95e5aa4b10c71a607d8762671139666ed554595b5c2b796892c1',
    sql: `-- States are stored as they are: to compress one takes the server several times as long as to write it

ALTER TABLE "agent_states" ALTER COLUMN "state_data" SET STORAGE EXTERNAL;
`,
  },
  {
    name: '20261124000600_recorded_at_insert',
    description: 'The store says with an agent\'s first row that the history holds it, not by changing the row once more',
    checksum: '45d5a3d33a28c1e5468014db449da26d762fb429b57505fcf69aee228630882a',
    sql: `-- The store says with an agent's first row that the history holds it, not by changing the row once more

-- It gives recorded_version below zero, as no row has it. A positive one is a copy of a row, and forgotten as before.
CREATE FUNCTION "agent_states_record_first"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."recorded_version" := CASE WHEN NEW."recorded_version" = -NEW."version" THEN NEW."version" END;
    RETURN NEW;
END
$$;

DROP TRIGGER "agent_states_inserted_unrecorded" ON "agent_states";

CREATE TRIGGER "agent_states_inserted_unrecorded" BEFORE INSERT ON "agent_states"
FOR EACH ROW WHEN (NEW."recorded_version" IS NOT NULL AND coalesce(current_setting('descartes.copying', true), '') <> 'on')
EXECUTE FUNCTION "agent_states_record_first"();
`,
  },
  {
    name: '20261124000700_revision_labels',
    description: 'A version can be given a label, by which it is found',
    checksum: '5d4e2e4965b3532bb0d39c0f20ab53db5706c25dead47b1f965aa95de42e3f00',
    sql: `-- A version can be given a label, by which it is found

-- AlterTable
ALTER TABLE "agent_revisions" ADD COLUMN "label" TEXT COLLATE "C";

-- CreateIndex
CREATE UNIQUE INDEX "agent_revisions_labels_idx" ON "agent_revisions"("namespace", "agent_id", "label") WHERE (label IS NOT NULL);
`,
  },
  {
    name: '20261124000800_items',
    description: 'Items: values that are found by path and key, and by their words',
    checksum: 'c824522bbddf0694ec0f66043cae1f48334423f10379927ba271293cb4f15417',
    sql: `-- Items: values that are found by path and key, and by their words

-- CreateTable
CREATE TABLE "items" (
    "namespace" TEXT COLLATE "C" NOT NULL DEFAULT 'default',
    "path" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "ttl_ms" BIGINT,
    "text" TEXT NOT NULL DEFAULT '',
    "value" TEXT NOT NULL,
    -- As those of events are made, with their namespace
    "words" tsvector GENERATED ALWAYS AS (event_words("namespace", "text")) STORED,

    CONSTRAINT "items_pkey" PRIMARY KEY ("namespace","path","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "items_namespace_seq_key" ON "items"("namespace", "seq");

-- CreateIndex: without a list of entries that are still to be merged, for every search would read all of it
CREATE INDEX "items_words_idx" ON "items" USING GIN ("words") WITH (fastupdate = off);

-- CreateIndex
CREATE INDEX "items_namespace_path_seq_expires_at_idx" ON "items"("namespace", "path", "seq", "expires_at");

-- CreateIndex
CREATE INDEX "items_expiring_idx" ON "items"("namespace", "expires_at") WHERE (expires_at IS NOT NULL);

-- One sequence for all namespaces
CREATE SEQUENCE "items_seq";

-- An item takes the next number with every save of the store, whose statement gives none. Whoever copies a whole store
-- sets descartes.copying to on, within the transaction, and brings the numbers along.
CREATE FUNCTION "items_number"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."seq" = 0 THEN
        NEW."seq" := nextval('items_seq');
    ELSIF coalesce(current_setting('descartes.copying', true), '') <> 'on' THEN
        RAISE EXCEPTION 'items are numbered by the store: leave seq out' USING ERRCODE = 'check_violation';
    ELSIF NEW."seq" >= (SELECT "last_value" FROM "items_seq") THEN
        PERFORM setval('items_seq', NEW."seq");
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER "items_assign_seq" BEFORE INSERT ON "items"
FOR EACH ROW EXECUTE FUNCTION "items_number"();

-- Row-level security, as every table has it
ALTER TABLE "items" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "items_of_namespace" ON "items" USING ("namespace" = nullif(current_setting('descartes.namespace', true), ''));
`,
  },
]
