import type { Controller } from "@catalyst/reconciler";
import { deploymentController } from "./deployment/controller.ts";
import { replicaSetController } from "./replica-set/controller.ts";
import { serviceController } from "./service/controller.ts";

export interface WorkloadOptions {
  /** Folder under which claimed volumes are kept; the node's own. */
  readonly volumesFolder: string;
}

/** The controllers that turn workloads into Pods and Services into endpoints, as kube-controller-manager's. */
export function workloadControllers(_options: WorkloadOptions): readonly Controller[] {
  return [deploymentController, replicaSetController, serviceController];
}
