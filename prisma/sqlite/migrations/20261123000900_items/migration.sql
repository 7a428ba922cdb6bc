-- Items: values that are found by path and key, and by their words

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
