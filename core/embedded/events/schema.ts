import type { Area } from "@catalyst/embedded-store";

/** The tables of the event spine. */
export const eventsArea: Area = {
  name: "events",
  migrations: [
    `CREATE TABLE events_log (
       sequence INTEGER PRIMARY KEY AUTOINCREMENT,
       subject TEXT NOT NULL,
       dedup TEXT NOT NULL UNIQUE,
       event TEXT NOT NULL,
       at INTEGER NOT NULL,
       checksum INTEGER NOT NULL
     );
     CREATE INDEX events_log_subject ON events_log (subject, sequence);
     CREATE TABLE events_consumers (
       name TEXT NOT NULL PRIMARY KEY,
       position INTEGER NOT NULL,
       checksum INTEGER NOT NULL
     );
     CREATE TABLE events_values (
       bucket TEXT NOT NULL,
       key TEXT NOT NULL,
       value TEXT NOT NULL,
       revision INTEGER NOT NULL,
       checksum INTEGER NOT NULL,
       PRIMARY KEY (bucket, key)
     );
     CREATE TABLE events_revision (
       only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
       revision INTEGER NOT NULL,
       checksum INTEGER NOT NULL
     );
     INSERT INTO events_revision VALUES (1, 0, row_checksum(1, 0));`,
  ],
  checked: [
    { table: "events_log", columns: ["sequence", "subject", "dedup", "event", "at"] },
    { table: "events_consumers", columns: ["name", "position"] },
    { table: "events_values", columns: ["bucket", "key", "value", "revision"] },
    { table: "events_revision", columns: ["only", "revision"] },
  ],
};
