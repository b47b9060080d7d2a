import type { KubeObject } from "@catalyst/ports/kubernetes";
import { resourceKey } from "../cluster/kinds.ts";
import type { Call } from "../request/call.ts";
import {
  admitApproval,
  admitCertificateRequest,
  admitSigning,
  certificateRequestResource,
} from "./certificate-request.ts";
import { checkBinding, checkRole } from "./grants.ts";
import { admitNewService, admitServiceChange } from "./service.ts";

/** Changes or refuses an object about to be created. Throws StatusError. */
type CreateRule = (call: Call, object: KubeObject) => KubeObject;

/** The same for a change; `stored` is what it replaces. */
type UpdateRule = (call: Call, object: KubeObject, stored: KubeObject) => KubeObject;

const rbac = "rbac.authorization.k8s.io";

const creating: Readonly<Record<string, CreateRule>> = {
  "/services": admitNewService,
  [certificateRequestResource]: admitCertificateRequest,
  [`${rbac}/roles`]: checkRole,
  [`${rbac}/clusterroles`]: checkRole,
  [`${rbac}/rolebindings`]: checkBinding,
  [`${rbac}/clusterrolebindings`]: checkBinding,
};

/** By the resource, and by its subresource where that is looked at. */
const updating: Readonly<Record<string, UpdateRule>> = {
  "/services": admitServiceChange,
  [`${rbac}/roles`]: checkRole,
  [`${rbac}/clusterroles`]: checkRole,
  [`${rbac}/rolebindings`]: checkBinding,
  [`${rbac}/clusterrolebindings`]: checkBinding,
  [`${certificateRequestResource}/approval`]: admitApproval,
  [`${certificateRequestResource}/status`]: admitSigning,
};

/**
 * Does what upstream's registries do themselves between the mutating and the validating half of admission:
 * gives a new object addresses and refuses grants. Throws StatusError.
 */
export function settleNew(call: Call, object: KubeObject): KubeObject {
  return creating[resourceKey(call.kind)]?.(call, object) ?? object;
}

/** The same for a change of an object, or through one of its subresources. */
export function settleChange(
  call: Call,
  stored: KubeObject,
  object: KubeObject,
  subresource: string | undefined,
): KubeObject {
  const key = resourceKey(call.kind);
  const rule = updating[subresource === undefined ? key : `${key}/${subresource}`];
  return rule?.(call, object, stored) ?? object;
}
