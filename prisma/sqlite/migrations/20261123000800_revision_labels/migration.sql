-- A version can be given a label, by which it is found

-- AlterTable: behind the data. Rows that are there need not be written anew, however many versions there are.
ALTER TABLE "agent_revisions" ADD COLUMN "label" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "agent_revisions_labels_idx" ON "agent_revisions"("namespace", "agent_id", "label") WHERE label IS NOT NULL;
