import type { KubeObject } from "@catalyst/ports/kubernetes";
import { resourceKey } from "../cluster/kinds.ts";
import type { Call } from "../request/call.ts";
import { checkGrant } from "./grants.ts";
import { admitNewService, admitServiceChange } from "./service.ts";

/** Changes or refuses an object about to be created. Throws StatusError. */
type CreateRule = (call: Call, object: KubeObject) => KubeObject;

/** The same for a change; `stored` is what it replaces. */
type UpdateRule = (call: Call, object: KubeObject, stored: KubeObject) => KubeObject;

const rbac = "rbac.authorization.k8s.io";

const creating: Readonly<Record<string, CreateRule>> = {
  "/services": admitNewService,
  [`${rbac}/roles`]: checkGrant,
  [`${rbac}/clusterroles`]: checkGrant,
  [`${rbac}/rolebindings`]: checkGrant,
  [`${rbac}/clusterrolebindings`]: checkGrant,
};

const updating: Readonly<Record<string, UpdateRule>> = {
  "/services": admitServiceChange,
  [`${rbac}/roles`]: checkGrant,
  [`${rbac}/clusterroles`]: checkGrant,
  [`${rbac}/rolebindings`]: checkGrant,
  [`${rbac}/clusterrolebindings`]: checkGrant,
};

/**
 * Does what upstream's registries do themselves between the mutating and the validating half of admission: gives
 * a new object addresses and refuses grants. Throws StatusError.
 */
export function settleNew(call: Call, object: KubeObject): KubeObject {
  return creating[resourceKey(call.kind)]?.(call, object) ?? object;
}

/** The same for a change of an object itself; a subresource changes nothing that is looked at here. */
export function settleChange(
  call: Call,
  stored: KubeObject,
  object: KubeObject,
  subresource: string | undefined,
): KubeObject {
  const rule = subresource === undefined ? updating[resourceKey(call.kind)] : undefined;
  return rule?.(call, object, stored) ?? object;
}
