import type { Cluster } from "../cluster/cluster.ts";
import type { CheckedSpec } from "../machinery/admission/index.ts";
import type { Change } from "../storage/change.ts";
import { amend } from "../verbs/amend.ts";
import { ServerController } from "./server-controller.ts";

const resource = "admissionregistration.k8s.io/validatingadmissionpolicies";
const policies = {
  group: "admissionregistration.k8s.io",
  plural: "validatingadmissionpolicies",
  namespaced: false,
};

interface Status {
  readonly observedGeneration?: number;
}

/**
 * Checks the types in the expressions of every ValidatingAdmissionPolicy, and tells what it found in its
 * status.
 */
export class PolicyTypes extends ServerController<[name: string]> {
  begin(cluster: Cluster): void {
    for (const { object } of cluster.held(resource)) this.add(cluster, object.metadata.name);
  }

  see({ collection, deleted, entry }: Change, cluster: Cluster): void {
    if (collection.resource !== resource || deleted) return;
    this.add(cluster, entry.object.metadata.name);
  }

  protected async reconcile(cluster: Cluster, name: string): Promise<void> {
    const { typeWarnings } = await import("../machinery/admission/index.ts");
    await amend(this.scope.parts, cluster, policies, { name }, (policy) => {
      const { generation = 1 } = policy.metadata;
      const { observedGeneration = 0 } = (policy.status ?? {}) as Status;
      if (generation <= observedGeneration) return policy;
      const expressionWarnings = typeWarnings(policy.spec as CheckedSpec, cluster.kinds);
      const typeChecking = expressionWarnings.length === 0 ? {} : { expressionWarnings };
      return {
        ...policy,
        status: { ...(policy.status as object), observedGeneration: generation, typeChecking },
      };
    });
  }
}
