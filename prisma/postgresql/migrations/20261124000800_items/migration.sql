-- Items: values that are found by path and key, and by their words

-- CreateTable
CREATE TABLE "items" (
    "namespace" TEXT COLLATE "C" NOT NULL DEFAULT 'default',
    "path" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "ttl_ms" BIGINT,
    "text" TEXT NOT NULL DEFAULT '',
    "value" TEXT NOT NULL,
    -- As those of events are made, with their namespace
    "words" tsvector GENERATED ALWAYS AS (event_words("namespace", "text")) STORED,

    CONSTRAINT "items_pkey" PRIMARY KEY ("namespace","path","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "items_namespace_seq_key" ON "items"("namespace", "seq");

-- CreateIndex: without a list of entries that are still to be merged, for every search would read all of it
CREATE INDEX "items_words_idx" ON "items" USING GIN ("words") WITH (fastupdate = off);

-- CreateIndex
CREATE INDEX "items_namespace_path_seq_expires_at_idx" ON "items"("namespace", "path", "seq", "expires_at");

-- CreateIndex
CREATE INDEX "items_expiring_idx" ON "items"("namespace", "expires_at") WHERE (expires_at IS NOT NULL);

-- One sequence for all namespaces
CREATE SEQUENCE "items_seq";

-- An item takes the next number with every save of the store, whose statement gives none. Whoever copies a whole store
-- sets descartes.copying to on, within the transaction, and brings the numbers along.
CREATE FUNCTION "items_number"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."seq" = 0 THEN
        NEW."seq" := nextval('items_seq');
    ELSIF coalesce(current_setting('descartes.copying', true), '') <> 'on' THEN
        RAISE EXCEPTION 'items are numbered by the store: leave seq out' USING ERRCODE = 'check_violation';
    ELSIF NEW."seq" >= (SELECT "last_value" FROM "items_seq") THEN
        PERFORM setval('items_seq', NEW."seq");
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER "items_assign_seq" BEFORE INSERT ON "items"
FOR EACH ROW EXECUTE FUNCTION "items_number"();

-- Row-level security, as every table has it
ALTER TABLE "items" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "items_of_namespace" ON "items" USING ("namespace" = nullif(current_setting('descartes.namespace', true), ''));
