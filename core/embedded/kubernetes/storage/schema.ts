import type { Area, Statement } from "@catalyst/embedded-store";
import type { Collection } from "./collection.ts";
import type { Entry } from "./entry.ts";
import type { ClusterRecord } from "./storage.ts";

/** The API server's tables. An object's row number is the revision that created it. */
export const area: Area = {
  name: "kubernetes",
  migrations: [
    `CREATE TABLE kubernetes_objects (
       id INTEGER PRIMARY KEY, cluster TEXT NOT NULL, resource TEXT NOT NULL, revision INTEGER NOT NULL,
       object TEXT NOT NULL, checksum INTEGER NOT NULL);
     CREATE TABLE kubernetes_clusters (
       name TEXT PRIMARY KEY, uid TEXT NOT NULL, created_at TEXT NOT NULL, signing_key TEXT NOT NULL);
     CREATE TABLE kubernetes_revision (only INTEGER PRIMARY KEY CHECK (only = 1), revision INTEGER NOT NULL);
     INSERT INTO kubernetes_revision VALUES (1, 1);`,
  ],
  checked: [{ table: "kubernetes_objects", columns: ["id", "revision", "object"] }],
};

export function insertObject(collection: Collection, entry: Entry, text: string): Statement {
  return {
    sql: `INSERT INTO kubernetes_objects (id, cluster, resource, revision, object, checksum)
          VALUES (?1, ?2, ?3, ?4, ?5, row_checksum(?1, ?4, ?5))`,
    params: [entry.id, collection.cluster, collection.resource, entry.revision, text],
  };
}

export function updateObject(entry: Entry, text: string): Statement {
  return {
    sql: `UPDATE kubernetes_objects SET revision = ?2, object = ?3, checksum = row_checksum(?1, ?2, ?3)
          WHERE id = ?1`,
    params: [entry.id, entry.revision, text],
  };
}

export function deleteObject(id: number): Statement {
  return { sql: "DELETE FROM kubernetes_objects WHERE id = ?", params: [id] };
}

export function moveRevision(revision: number): Statement {
  return { sql: "UPDATE kubernetes_revision SET revision = ?", params: [revision] };
}

export function insertCluster({ name, uid, createdAt, signingKey }: ClusterRecord): Statement {
  return {
    sql: "INSERT INTO kubernetes_clusters (name, uid, created_at, signing_key) VALUES (?, ?, ?, ?)",
    params: [name, uid, createdAt, signingKey],
  };
}

export function deleteCluster(name: string): Statement {
  return { sql: "DELETE FROM kubernetes_clusters WHERE name = ?", params: [name] };
}
