import { readFileSync } from "node:fs";
import type { KubeObject, ObjectMeta } from "@catalyst/ports/kubernetes";
import { sharedEntry, sharedMetadata } from "../cluster/shared-entry.ts";
import type { SharedEntries } from "../storage/storage.ts";

export const rbacGroup = "rbac.authorization.k8s.io";

/** The kinds of roles and bindings by their plural. */
const kinds: Readonly<Record<string, string>> = {
  clusterroles: "ClusterRole",
  clusterrolebindings: "ClusterRoleBinding",
  roles: "Role",
  rolebindings: "RoleBinding",
};

/** An object as the real server gave it, without what was of that run. */
interface Recorded {
  readonly metadata: Pick<ObjectMeta, "name" | "namespace" | "labels" | "annotations">;
}

/**
 * The roles and bindings every cluster begins with, as entries by the resource they are stored under: those of
 * a real API server and its controllers (`tests/lab/access.test.ts` records them). All clusters share them until
 * one changes its own.
 */
export function defaultRoles(createdAt: string): SharedEntries {
  const file = new URL("../data/default-roles.generated.json", import.meta.url);
  const recorded = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, readonly Recorded[]>>;
  return new Map(
    Object.entries(recorded).map(([plural, objects]) => [
      `${rbacGroup}/${plural}`,
      objects.map(({ metadata, ...rest }) => {
        const { name, namespace, labels, annotations } = metadata;
        const id = namespace === undefined ? name : `${namespace}/${name}`;
        return sharedEntry({
          apiVersion: `${rbacGroup}/v1`,
          kind: kinds[plural]!,
          metadata: {
            ...sharedMetadata(plural, id, createdAt),
            name,
            ...(namespace === undefined ? {} : { namespace }),
            ...(labels === undefined ? {} : { labels }),
            ...(annotations === undefined ? {} : { annotations }),
          },
          ...rest,
        } as KubeObject);
      }),
    ]),
  );
}
