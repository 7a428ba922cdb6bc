-- Events of one actor: for what an agent did, and to erase it

-- CreateIndex
CREATE INDEX "events_namespace_actor_id_seq_idx" ON "events"("namespace", "actor_id", "seq");
