import type { Controller } from "@catalyst/reconciler";
import {
  type CertificateSigner,
  certificateSigningRequestController,
} from "./certificate-signing-request/controller.ts";
import { cronJobController } from "./cron-job/controller.ts";
import { daemonSetController } from "./daemon-set/controller.ts";
import { deploymentController } from "./deployment/controller.ts";
import { disruptionController } from "./disruption/controller.ts";
import { horizontalPodAutoscalerController } from "./horizontal-pod-autoscaler/controller.ts";
import { jobController } from "./job/controller.ts";
import { nodeHealthController } from "./node-health/controller.ts";
import { replicaSetController } from "./replica-set/controller.ts";
import { replicationController } from "./replication-controller/controller.ts";
import { schedulerController } from "./scheduler/controller.ts";
import { serviceController } from "./service/controller.ts";
import { endpointsMirrorController } from "./service/mirror.ts";
import { statefulSetController } from "./stateful-set/controller.ts";
import { taintEvictionController } from "./taint-eviction/controller.ts";
import { volumeClaimController } from "./volume-claim/controller.ts";
import { ephemeralVolumeController } from "./volume-claim/ephemeral.ts";
import { claimProtectionController } from "./volume-claim/protection.ts";
import { storageClassController } from "./volume-claim/storage-class.ts";
import { volumeController } from "./volume-claim/volume.ts";

export interface WorkloadOptions {
  /** Folder under which claimed volumes are kept, one folder per cluster and volume. */
  readonly volumesFolder: string;
  readonly signer: CertificateSigner;
}

/**
 * The controllers that turn workloads into Pods, give those a node, turn Services into endpoints, and requests into
 * certificates: those of kube-controller-manager and kube-scheduler.
 */
export function workloadControllers({ volumesFolder, signer }: WorkloadOptions): readonly Controller[] {
  return [
    deploymentController,
    replicaSetController,
    replicationController,
    statefulSetController,
    daemonSetController(),
    jobController(),
    cronJobController,
    disruptionController,
    horizontalPodAutoscalerController(),
    schedulerController(),
    nodeHealthController(),
    taintEvictionController(),
    serviceController,
    endpointsMirrorController,
    storageClassController,
    ephemeralVolumeController,
    volumeClaimController(volumesFolder),
    volumeController(volumesFolder),
    claimProtectionController,
    certificateSigningRequestController(signer),
  ];
}
