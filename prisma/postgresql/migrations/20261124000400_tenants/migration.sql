-- Row-level security: a second wall between tenants, beside the filters of every query

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
