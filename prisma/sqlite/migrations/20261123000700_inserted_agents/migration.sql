-- An agent whose row was copied or brought back through Prisma is not taken for one that the history holds

-- The store says so itself, after it has inserted a row. Any other row that names a version may be a copy of another
-- agent's, an older one of its own, or changed: the next version must neither rest on that version nor follow it.
CREATE TRIGGER "agent_states_inserted_unrecorded" AFTER INSERT ON "agent_states"
WHEN new."recorded_version" IS NOT NULL
BEGIN
    UPDATE "agent_states" SET "recorded_version" = NULL WHERE "namespace" = new."namespace" AND "agent_id" = new."agent_id";
END;
