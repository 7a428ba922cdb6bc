-- The store says with an agent's first row that the history holds it, not by changing the row once more

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
