import type { KubeObject } from "@catalyst/ports/kubernetes";
import { resourceKey } from "../cluster/kinds.ts";
import { priorityClassResource } from "../cluster/priority-classes.ts";
import type { Call } from "../request/call.ts";
import {
  admitApproval,
  admitCertificateRequest,
  admitSigning,
  certificateRequestResource,
} from "./certificate-request.ts";
import { admitClaim } from "./claim.ts";
import { checkBinding, checkRole } from "./grants.ts";
import { admitPod } from "./pod.ts";
import { admitPriorityClass } from "./priority.ts";
import { admitNewService, admitServiceChange } from "./service.ts";

/** Changes or refuses an object about to be created. Throws StatusError. */
type CreateRule = (call: Call, object: KubeObject) => Promise<KubeObject> | KubeObject;

/** The same for a change; `stored` is what it replaces. */
type UpdateRule = (call: Call, object: KubeObject, stored: KubeObject) => KubeObject;

const rbac = "rbac.authorization.k8s.io";

const creating: Readonly<Record<string, CreateRule>> = {
  "/pods": admitPod,
  "/services": admitNewService,
  "/persistentvolumeclaims": admitClaim,
  [priorityClassResource]: admitPriorityClass,
  [certificateRequestResource]: admitCertificateRequest,
  [`${rbac}/roles`]: checkRole,
  [`${rbac}/clusterroles`]: checkRole,
  [`${rbac}/rolebindings`]: checkBinding,
  [`${rbac}/clusterrolebindings`]: checkBinding,
};

/** By the resource, and by its subresource where that is looked at. */
const updating: Readonly<Record<string, UpdateRule>> = {
  "/services": admitServiceChange,
  [priorityClassResource]: admitPriorityClass,
  [`${rbac}/roles`]: checkRole,
  [`${rbac}/clusterroles`]: checkRole,
  [`${rbac}/rolebindings`]: checkBinding,
  [`${rbac}/clusterrolebindings`]: checkBinding,
  [`${certificateRequestResource}/approval`]: admitApproval,
  [`${certificateRequestResource}/status`]: admitSigning,
};

/** Lets the server's own admission change or refuse an object about to be created. Throws StatusError. */
export async function admitCreate(call: Call, object: KubeObject): Promise<KubeObject> {
  const rule = creating[resourceKey(call.kind)];
  return rule === undefined ? object : rule(call, object);
}

/** The same for a change of an object, or through one of its subresources. */
export async function admitUpdate(
  call: Call,
  stored: KubeObject,
  object: KubeObject,
  subresource: string | undefined,
): Promise<KubeObject> {
  const key = resourceKey(call.kind);
  const rule = updating[subresource === undefined ? key : `${key}/${subresource}`];
  return rule === undefined ? object : rule(call, object, stored);
}
