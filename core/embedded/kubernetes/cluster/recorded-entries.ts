import { readFileSync } from "node:fs";
import type { KubeObject, ObjectMeta } from "@catalyst/ports/kubernetes";
import type { SharedEntries } from "../storage/storage.ts";
import { sharedEntry, sharedMetadata } from "./shared-entry.ts";

/** An object as a real server gave it, without what was of that run. */
interface Recorded {
  readonly metadata: Pick<ObjectMeta, "name" | "namespace" | "labels" | "annotations" | "generation">;
}

/**
 * Reads objects every cluster begins with from a file of `data/`, in which a real server's are recorded by their
 * plural (`tests/lab/access.test.ts`). `kinds` gives each plural's kind.
 */
export function recordedEntries(
  file: string,
  group: string,
  kinds: Readonly<Record<string, string>>,
  createdAt: string,
): SharedEntries {
  const url = new URL(`../data/${file}`, import.meta.url);
  const recorded = JSON.parse(readFileSync(url, "utf8")) as Readonly<Record<string, readonly Recorded[]>>;
  return new Map(
    Object.entries(kinds).map(([plural, kind]) => [
      `${group}/${plural}`,
      recorded[plural]!.map(({ metadata, ...rest }) => {
        const own = { ...sharedMetadata(plural, metadata.name, createdAt, metadata.namespace), ...metadata };
        return sharedEntry({ apiVersion: `${group}/v1`, kind, metadata: own, ...rest } as KubeObject);
      }),
    ]),
  );
}
