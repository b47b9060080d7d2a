import { jsonEqual } from "@catalyst/base/json";
import type { KubeObject, Pod } from "@catalyst/ports/kubernetes";
import { resourceKey } from "../cluster/kinds.ts";
import { chargeQuotas } from "../quota/charge.ts";
import { quotaResource, withQuotas } from "../quota/ledger.ts";
import { hasDeadline } from "../quota/scopes.ts";
import { forbidden } from "../request/errors.ts";
import type { Admitter } from "./admitter.ts";
import type { Attributes } from "./attributes.ts";

/** Refuses what would take more than a ResourceQuota leaves, and counts what it lets through. */
export const resourceQuota: Admitter = {
  name: "ResourceQuota",
  operations: ["CREATE", "UPDATE"],
  validate: async (attributes, held) => {
    const { cluster, namespace, kind, object, oldObject, parts } = attributes;
    if (namespace === "" || object === undefined || !isCounted(attributes)) return;
    const resource = resourceKey(kind);
    const hold = () => {
      if (attributes.dryRun) return;
      held.use(parts.charges.hold(cluster.name, namespace, { resource, object }));
      // The first of its resource: counting anew goes through the collections there are.
      cluster.collection(kind);
    };
    if (cluster.list(quotaResource, true, namespace).length === 0) return hold();
    await withQuotas(parts, cluster, namespace, (quotas) => {
      const charge = { resource, object, before: oldObject, now: parts.clock.now() };
      const charged = chargeQuotas(quotas, charge);
      if (charged.refusal !== undefined) throw forbidden(kind, attributes.name, charged.refusal);
      hold();
      return attributes.dryRun ? [] : charged.quotas;
    });
  },
};

/** What is asked and never stored, and events. Source: upstream's ignoredResources. */
const uncounted: ReadonlySet<string> = new Set([
  "/bindings",
  "/events",
  "authorization.k8s.io/localsubjectaccessreviews",
]);

/** Upstream counts every creation; of updates those that can take more. */
function isCounted({ operation, subresource, kind, object, oldObject }: Attributes): boolean {
  const resource = resourceKey(kind);
  if (operation === "CREATE") return subresource === "" && !uncounted.has(resource);
  switch (resource) {
    case "/services":
      return subresource === "";
    case "/persistentvolumeclaims":
      return subresource === "" || (subresource === "status" && givesOther(object, oldObject));
    case "/pods":
      if (subresource === "resize") return true;
      return subresource === "" && hasDeadline(object as Pod) !== hasDeadline(oldObject as Pod);
    default:
      return false;
  }
}

function givesOther(object: KubeObject | undefined, oldObject: KubeObject | undefined): boolean {
  const given = (of: KubeObject | undefined) =>
    (of?.status as { readonly allocatedResources?: unknown } | undefined)?.allocatedResources;
  return !jsonEqual(given(object) ?? null, given(oldObject) ?? null);
}
