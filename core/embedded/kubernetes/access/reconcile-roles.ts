import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Write } from "../storage/change.ts";
import type { Storage } from "../storage/storage.ts";
import { rulesOf } from "./bindings.ts";
import { rbacGroup } from "./default-roles.ts";
import { uncoveredRules } from "./rules.ts";

/** On an object that somebody changed and doesn't want completed at the next start. */
const autoupdate = "rbac.authorization.kubernetes.io/autoupdate";

/**
 * Completes what clusters have changed of the roles and bindings they began with: what is missing of rules,
 * subjects, labels and annotations is added, what is more stays (upstream does so at every start). A role that
 * was deleted is there again after a start without a write.
 */
export async function reconcileRoles(storage: Storage): Promise<void> {
  const writes = [...storage.clusters.keys()].flatMap((cluster) => writesIn(storage, cluster));
  if (writes.length > 0) await storage.write(writes);
}

function writesIn(storage: Storage, cluster: string): readonly Write[] {
  const changed = storage
    .collectionsOf(cluster)
    .filter(({ resource }) => resource.startsWith(`${rbacGroup}/`));
  return changed.flatMap((collection) =>
    (storage.shared.get(collection.resource) ?? []).flatMap(({ key, object: expected }) => {
      const previous = collection.get(key)!;
      const object = completed(previous.object, expected);
      return object === previous.object ? [] : [{ collection, key, object, previous }];
    }),
  );
}

function completed(existing: KubeObject, expected: KubeObject): KubeObject {
  if (existing === expected || existing.metadata.annotations?.[autoupdate] === "false") return existing;
  if (!isDeepStrictEqual(existing["roleRef"], expected["roleRef"])) return expected;
  const { metadata } = existing;
  const next: KubeObject = {
    ...existing,
    metadata: {
      ...metadata,
      labels: { ...expected.metadata.labels, ...metadata.labels },
      annotations: { ...expected.metadata.annotations, ...metadata.annotations },
    },
    ...("subjects" in expected ? { subjects: joined(existing["subjects"], expected["subjects"]) } : {}),
    ...("rules" in expected
      ? { rules: [...rulesOf(existing), ...uncoveredRules(rulesOf(existing), rulesOf(expected))] }
      : {}),
    ...aggregation(existing, expected),
  };
  return isDeepStrictEqual(next, existing) ? existing : next;
}

function aggregation(existing: KubeObject, expected: KubeObject): object {
  const selectors = (role: KubeObject) =>
    (role["aggregationRule"] as { clusterRoleSelectors?: unknown } | undefined)?.clusterRoleSelectors;
  if (selectors(expected) === undefined)
    return "aggregationRule" in existing ? { aggregationRule: undefined } : {};
  return {
    aggregationRule: { clusterRoleSelectors: joined(selectors(existing), selectors(expected)) },
  };
}

function joined(existing: unknown, expected: unknown): readonly unknown[] {
  const list = Array.isArray(existing) ? existing : [];
  const missing = (expected as readonly unknown[]).filter(
    (item) => !list.some((other) => isDeepStrictEqual(item, other)),
  );
  return [...list, ...missing];
}
