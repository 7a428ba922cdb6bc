-- The number of an event that is deleted never comes back

-- Not less than the number of any event that was deleted while it was the newest; one row
CREATE TABLE "events_deleted_seq" (
    "seq" BIGINT NOT NULL
);

INSERT INTO "events_deleted_seq" VALUES (0);

CREATE TRIGGER "events_keep_deleted_seq" AFTER DELETE ON "events"
WHEN old."seq" > coalesce((SELECT max("seq") FROM "events"), 0)
BEGIN
    UPDATE "events_deleted_seq" SET "seq" = old."seq" WHERE "seq" < old."seq";
END;

DROP TRIGGER "events_refuse_chosen_seq";

CREATE TRIGGER "events_refuse_chosen_seq" BEFORE INSERT ON "events"
WHEN new."seq" <> 0 AND new."seq" <> 1 + max(
    coalesce((SELECT max("seq") FROM "events"), 0),
    coalesce((SELECT "seq" FROM "events_deleted_seq"), 0)
)
BEGIN
    SELECT RAISE(ABORT, 'events are numbered by the store: leave seq out');
END;

DROP TRIGGER "events_assign_seq";

CREATE TRIGGER "events_assign_seq" AFTER INSERT ON "events"
WHEN new."seq" = 0
BEGIN
    UPDATE "events"
    SET "seq" = 1 + max(
        (SELECT max("seq") FROM "events"),
        coalesce((SELECT "seq" FROM "events_deleted_seq"), 0)
    )
    WHERE "namespace" = new."namespace" AND "id" = new."id";
END;
