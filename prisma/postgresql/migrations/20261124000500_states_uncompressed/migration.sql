-- States are stored as they are: to compress one takes the server several times as long as to write it

ALTER TABLE "agent_states" ALTER COLUMN "state_data" SET STORAGE EXTERNAL;
