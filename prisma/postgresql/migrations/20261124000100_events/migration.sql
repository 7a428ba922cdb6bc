-- Events, in the order in which they were saved

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
