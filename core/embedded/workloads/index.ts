import type { Controller } from "@catalyst/reconciler";
import { daemonSetController } from "./daemon-set/controller.ts";
import { deploymentController } from "./deployment/controller.ts";
import { jobController } from "./job/controller.ts";
import { replicaSetController } from "./replica-set/controller.ts";
import { serviceController } from "./service/controller.ts";
import { statefulSetController } from "./stateful-set/controller.ts";
import { volumeClaimController, volumeController } from "./volume-claim/controller.ts";
import { storageClassController } from "./volume-claim/storage-class.ts";

export interface WorkloadOptions {
  /** Folder under which claimed volumes are kept, one folder per cluster and volume. */
  readonly volumesFolder: string;
}

/** The controllers that turn workloads into Pods and Services into endpoints, as kube-controller-manager's. */
export function workloadControllers({ volumesFolder }: WorkloadOptions): readonly Controller[] {
  return [
    deploymentController,
    replicaSetController,
    statefulSetController,
    daemonSetController,
    jobController,
    serviceController,
    storageClassController,
    volumeClaimController(volumesFolder),
    volumeController(volumesFolder),
  ];
}
