import type { Area } from "@catalyst/embedded-store";

/** The tables of the secret store. `sealed` is encrypted; paths and times aren't. */
export const secretsArea: Area = {
  name: "secrets",
  migrations: [
    `CREATE TABLE secrets_key (
       only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
       proof BLOB NOT NULL,
       checksum INTEGER NOT NULL
     );
     CREATE TABLE secrets_paths (
       path TEXT NOT NULL PRIMARY KEY,
       current INTEGER NOT NULL,
       created TEXT NOT NULL,
       updated TEXT NOT NULL,
       checksum INTEGER NOT NULL
     );
     CREATE TABLE secrets_versions (
       path TEXT NOT NULL,
       version INTEGER NOT NULL,
       sealed BLOB NOT NULL,
       created TEXT NOT NULL,
       deleted TEXT NOT NULL,
       checksum INTEGER NOT NULL,
       PRIMARY KEY (path, version)
     );`,
  ],
  checked: [
    { table: "secrets_key", columns: ["only", "proof"] },
    { table: "secrets_paths", columns: ["path", "current", "created", "updated"] },
    { table: "secrets_versions", columns: ["path", "version", "sealed", "created", "deleted"] },
  ],
};
