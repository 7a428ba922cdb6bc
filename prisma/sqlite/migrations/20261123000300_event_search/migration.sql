-- Full-text search over the content of events

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
