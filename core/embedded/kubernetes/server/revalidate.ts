import { attributesOf } from "../access/attributes.ts";
import type { Authenticator } from "../access/authenticate.ts";
import { isAllowed } from "../access/authorize.ts";
import type { Impersonation } from "../access/impersonate.ts";
import type { Watcher } from "../verbs/watches.ts";
import type { Parts } from "./parts.ts";

const rbac = "rbac.authorization.k8s.io";

/** What decides about access: a change of one of these may end a right. */
const deciding = [
  `${rbac}/roles`,
  `${rbac}/clusterroles`,
  `${rbac}/rolebindings`,
  `${rbac}/clusterrolebindings`,
  "/serviceaccounts",
];

/** Time after which every watch is looked at again, for tokens that ended elsewhere (milliseconds). */
const interval = 60_000;

/**
 * Ends the watches of those who lost the right to them (security case 29): at once when the cluster's roles,
 * bindings or accounts change, and every minute for tokens that expired or were taken away. Call the result
 * to stop.
 */
export function endForbiddenWatches(
  parts: Parts,
  authenticator: Authenticator,
  impersonation: Impersonation,
): () => void {
  const due = new Set<string>();
  const check = async () => {
    const clusters = new Set(due);
    due.clear();
    const watchers = [...parts.watches].filter((watcher) => clusters.has(watcher.cluster));
    await Promise.all(watchers.map((watcher) => recheck(authenticator, impersonation, watcher)));
  };
  const stops = deciding.map((resource) =>
    parts.storage.listenEverywhere(resource, (change) => {
      if (change.previous === undefined) return;
      if (due.size === 0) setImmediate(() => void check());
      due.add(change.collection.cluster);
    }),
  );
  const timer = setInterval(() => {
    for (const cluster of parts.storage.clusters.keys()) due.add(cluster);
    void check();
  }, interval);
  timer.unref();
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

async function recheck(
  authenticator: Authenticator,
  impersonation: Impersonation,
  watcher: Watcher,
): Promise<void> {
  const { cluster, request, route, query } = watcher.call;
  try {
    const caller = await authenticator.user(request, { name: cluster.name, cluster });
    const asked = attributesOf(caller, "watch", route, query);
    const user = impersonation.actingUser(cluster, asked, request.headers);
    if (isAllowed(cluster, { ...asked, user })) return;
  } catch {
    // No longer anybody: said by the end of the watch.
  }
  watcher.end();
}
