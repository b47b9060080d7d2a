import { attributesOf } from "../access/attributes.ts";
import type { Authenticator } from "../access/authenticate.ts";
import { isAllowed } from "../access/authorize.ts";
import type { Impersonation } from "../access/impersonate.ts";
import { serviceAccountOf } from "../access/user.ts";
import type { LongRequest } from "../request/long-requests.ts";
import type { Change } from "../storage/change.ts";
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

/** What a ServiceAccount's token may be bound to: it ends with that object. */
const binding = ["/pods", "/secrets", "/nodes"];

/** Time after which every long request is looked at again, for tokens that ended elsewhere (milliseconds). */
const interval = 60_000;

/**
 * Ends the watches and streams of those who lost the right to them (security case 29): at once when the cluster's
 * roles, bindings or accounts change or what a token is bound to goes, and every minute for tokens that expired or
 * were taken away. Call the result to stop.
 */
export function endForbiddenRequests(
  parts: Parts,
  authenticator: Authenticator,
  impersonation: Impersonation,
): () => void {
  const due = new Set<string>();
  const check = async () => {
    const clusters = new Set(due);
    due.clear();
    const requests = [...parts.longRequests].filter(({ call }) => clusters.has(call.cluster.name));
    await Promise.all(requests.map((request) => recheck(authenticator, impersonation, request)));
  };
  const look = (cluster: string) => {
    if (due.size === 0) setImmediate(() => void check());
    due.add(cluster);
  };
  const stops = [
    ...deciding.map((resource) =>
      parts.storage.listenEverywhere(resource, (change) => {
        if (change.previous !== undefined) look(change.collection.cluster);
      }),
    ),
    ...binding.map((resource) =>
      parts.storage.listenEverywhere(resource, (change) => {
        if (change.deleted && isAwaited(parts, change)) look(change.collection.cluster);
      }),
    ),
  ];
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

/** Whether a token of somebody's long request may be bound to what was removed. */
function isAwaited(parts: Parts, { collection, entry }: Change): boolean {
  const { namespace } = entry.object.metadata;
  return [...parts.longRequests].some(({ call }) => {
    const isHere = call.cluster.name === collection.cluster;
    const account = isHere ? serviceAccountOf(call.caller.name) : undefined;
    return account !== undefined && (namespace === undefined || namespace === account.namespace);
  });
}

async function recheck(
  authenticator: Authenticator,
  impersonation: Impersonation,
  long: LongRequest,
): Promise<void> {
  const { cluster, request, route, query } = long.call;
  try {
    const caller = await authenticator.user(request, { name: cluster.name, cluster });
    const asked = attributesOf(caller, long.verb, route, query);
    const user = impersonation.actingUser(cluster, asked, request.headers);
    if (isAllowed(cluster, { ...asked, user })) return;
  } catch {
    // No longer anybody: said by the end of the request.
  }
  long.end();
}
