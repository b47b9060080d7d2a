import { rfc3339 } from "@catalyst/base/clock";
import type { Condition, KubeObject } from "@catalyst/ports/kubernetes";
import { apiServiceResource } from "../cluster/api-services.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Change } from "../storage/change.ts";
import { amend } from "../verbs/amend.ts";
import { ServerController } from "./server-controller.ts";

const apiServices = { group: "apiregistration.k8s.io", plural: "apiservices", namespaced: false };

/** Says of an APIService that names a Service that its group isn't served: no request is passed on. */
export class ApiServices extends ServerController<[name: string]> {
  begin(cluster: Cluster): void {
    for (const { object } of cluster.list(apiServiceResource, false)) this.#look(cluster, object);
  }

  see(change: Change, cluster: Cluster): void {
    if (change.collection.resource !== apiServiceResource || change.deleted) return;
    this.#look(cluster, change.entry.object);
  }

  #look(cluster: Cluster, apiService: KubeObject): void {
    if (serviceOf(apiService) !== undefined) this.add(cluster, apiService.metadata.name);
  }

  protected async reconcile(cluster: Cluster, name: string): Promise<void> {
    const now = rfc3339(this.scope.parts.clock.now());
    await amend(this.scope.parts, cluster, apiServices, { name }, (stored) => unavailable(stored, now));
  }
}

interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
}

function serviceOf(apiService: KubeObject): ServiceReference | undefined {
  return (apiService.spec as { readonly service?: ServiceReference } | undefined)?.service;
}

function unavailable(apiService: KubeObject, lastTransitionTime: string): KubeObject {
  const service = serviceOf(apiService);
  const { conditions = [] } = (apiService.status ?? {}) as { readonly conditions?: readonly Condition[] };
  const known = conditions.find((condition) => condition.type === "Available");
  if (service === undefined || known?.reason === reason) return apiService;
  const message = `this API server passes no requests on to ${service.namespace}/${service.name}: it has no aggregation`;
  const condition = { type: "Available", status: "False", lastTransitionTime, reason, message };
  const others = conditions.filter(({ type }) => type !== "Available");
  return { ...apiService, status: { ...(apiService.status as object), conditions: [...others, condition] } };
}

const reason = "NoAggregation";
