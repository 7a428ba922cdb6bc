-- A version can be given a label, by which it is found

-- AlterTable
ALTER TABLE "agent_revisions" ADD COLUMN "label" TEXT COLLATE "C";

-- CreateIndex
CREATE UNIQUE INDEX "agent_revisions_labels_idx" ON "agent_revisions"("namespace", "agent_id", "label") WHERE (label IS NOT NULL);
