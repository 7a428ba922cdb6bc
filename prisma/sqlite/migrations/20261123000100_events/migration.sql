-- Events, in the order in which they were saved

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
