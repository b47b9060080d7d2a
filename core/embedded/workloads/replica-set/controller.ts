import { errorMessage, unreachable } from "@catalyst/base/errors";
import {
  type LabelSelector,
  type Pod,
  pods,
  type ReplicaSet,
  type ResourceType,
  replicaSets,
} from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import { type Claim, cachedClaim, liveClaim, strayTrigger } from "../common/claim.ts";
import { controllerOf, ownedTrigger } from "../common/owner.ts";
import { type CreatedPods, createPods, deletePod, type PodControl } from "../common/pod-control.ts";
import { isActive, untilAvailable } from "../common/pod-state.ts";
import { replaceStatus } from "../common/status.ts";
import { podOf } from "../common/template.ts";
import { decideReplicas, type ReplicasAction } from "./decide.ts";
import { type Replicated, replicasStatus } from "./status.ts";

/** A kind that keeps a number of Pods of one template. */
export interface ReplicatedKind<T extends Replicated> {
  readonly name: string;
  readonly type: ResourceType<T>;
  /** The controller's name in events. */
  readonly component: string;
  selectorOf(owner: T): LabelSelector | undefined;
  readonly countsTerminating: boolean;
}

/** Keeps as many Pods of a template as a ReplicaSet asks for. */
export const replicaSetController = replicasController<ReplicaSet>({
  name: "replicaset",
  type: replicaSets,
  component: "replicaset-controller",
  selectorOf: (set) => set.spec.selector,
  countsTerminating: true,
});

/** The controller of ReplicaSets and of ReplicationControllers, which differ in their selector alone. */
export function replicasController<T extends Replicated>(kind: ReplicatedKind<T>): Controller<T> {
  return {
    name: kind.name,
    type: kind.type,
    triggers: [
      ownedTrigger(pods, kind.type),
      strayTrigger(pods as ResourceType, kind.type, (owner) => kind.selectorOf(owner)),
    ],
    reconcile: async (request, context) => {
      const owner = context.object;
      if (owner === undefined) return { outcome: "settled" };
      const selector = kind.selectorOf(owner);
      const claim: Claim<Pod> = { request, context, owner, type: pods, selector, concerns: isActive };
      const control: PodControl = { request, context, owner, component: kind.component };
      const decide = (of: readonly Pod[]) =>
        decideReplicas(owner, of, siblingPods(claim, kind.type), context.clock.now());
      const known = cachedClaim(claim);
      let current = known.objects;
      let failure: unknown;
      if (!known.isSettled || decide(current).type !== "none") {
        current = await liveClaim(claim);
        const result = await act(control, owner, decide(current));
        current = [...current, ...result.made];
        failure = result.failure;
      }
      const now = context.clock.now();
      const message = failure === undefined ? undefined : errorMessage(failure);
      const client = context.clusters.client(request.cluster);
      const status = replicasStatus(owner, current, message, now, kind.countsTerminating);
      await replaceStatus(client, kind.type, owner, status);
      if (failure !== undefined) throw failure;
      return {
        outcome: "settled",
        recheckAfter: untilAvailable(current, owner.spec.minReadySeconds ?? 0, now),
      };
    },
  };
}

/** Pods of the sets that share the owner, a Deployment's: they tell which node has many. */
function siblingPods({ request, context, owner }: Claim<Pod>, type: ResourceType): readonly Pod[] {
  const parent = controllerOf(owner);
  const siblings = parent === undefined ? [owner] : context.cache.ownedBy(request.cluster, type, parent.uid);
  return siblings.flatMap((each) =>
    context.cache.ownedBy<Pod>(request.cluster, pods, each.metadata.uid ?? ""),
  );
}

async function act(control: PodControl, owner: Replicated, action: ReplicasAction): Promise<CreatedPods> {
  switch (action.type) {
    case "none":
      return { made: [] };
    case "create": {
      const pod = podOf(owner, owner.spec.template, { generateName: `${owner.metadata.name}-` });
      return createPods(
        control,
        Array.from({ length: action.count }, () => pod),
      );
    }
    case "delete":
      for (const pod of action.pods) await deletePod(control, pod);
      return { made: [] };
    default:
      return unreachable(action);
  }
}
