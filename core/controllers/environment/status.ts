import { reasons } from "@catalyst/model/condition";
import type { Environment } from "@catalyst/model/environment";
import { applicationsNamespace, fluxNamespace } from "@catalyst/model/naming";
import { kustomizations } from "@catalyst/ports/flux";
import { applications } from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import { applicationsKustomization } from "./objects.ts";

/** The status of an Environment that is set up. */
export function readyStatus(environment: Environment, repositoryUrl: string | undefined, cache: ObjectCache) {
  const { name } = environment.metadata;
  const all = cache.list(name, applications, applicationsNamespace);
  const kustomization = cache.get(name, kustomizations, {
    namespace: fluxNamespace,
    name: applicationsKustomization,
  });
  const revision = kustomization?.status?.lastAppliedRevision?.split(":").at(-1);
  const running = all.filter((application) => application.status?.phase === "Running").length;
  return {
    conditions: [
      { type: "Ready", status: "True", reason: reasons.ready, message: "Repository and cluster are there." },
      { type: "Reconciling", status: "False", reason: "Settled", message: "" },
    ],
    fields: {
      clusters: [name],
      applications: { total: all.length, ready: running },
      ...(repositoryUrl === undefined ? {} : { repositoryUrl }),
      ...(revision === undefined ? {} : { revision }),
    },
  } as const;
}

/** The status of an Environment that fails to be set up, or waits for something. */
export function notReadyStatus(message: string) {
  return {
    conditions: [
      { type: "Ready", status: "False", reason: reasons.unavailable, message },
      { type: "Reconciling", status: "True", reason: reasons.progressing, message },
    ],
    fields: {},
  } as const;
}

/** The status of an Environment on its way out. */
export function deletingStatus(message: string) {
  return {
    conditions: [
      { type: "Ready", status: "False", reason: reasons.deleting, message },
      { type: "Reconciling", status: "True", reason: reasons.deleting, message },
    ],
    fields: {},
  } as const;
}
