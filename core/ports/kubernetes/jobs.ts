import type { KubeObject } from "./object.ts";
import type { PodTemplate } from "./pod.ts";
import type { LabelSelector } from "./selector.ts";
import type { WorkloadCondition } from "./workloads.ts";

/** What a Job does about a failed Pod that a rule's pattern matches. */
export interface PodFailureRule {
  readonly action: "FailJob" | "FailIndex" | "Ignore" | "Count";
  readonly onExitCodes?: {
    readonly containerName?: string | null;
    readonly operator: "In" | "NotIn";
    readonly values: readonly number[];
  } | null;
  readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[];
}

export interface Job extends KubeObject {
  readonly spec: {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly activeDeadlineSeconds?: number;
    readonly backoffLimit?: number;
    readonly backoffLimitPerIndex?: number;
    readonly maxFailedIndexes?: number;
    readonly podFailurePolicy?: { readonly rules: readonly PodFailureRule[] };
    readonly podReplacementPolicy?: "TerminatingOrFailed" | "Failed";
    readonly successPolicy?: {
      readonly rules: readonly { readonly succeededIndexes?: string; readonly succeededCount?: number }[];
    };
    readonly ttlSecondsAfterFinished?: number;
    readonly completionMode?: "NonIndexed" | "Indexed";
    readonly suspend?: boolean;
    readonly managedBy?: string;
    readonly selector?: LabelSelector;
    readonly template: PodTemplate;
  };
  readonly status?: JobStatus;
}

export interface JobStatus {
  readonly active?: number;
  readonly ready?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly terminating?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  /** Pods that ended and aren't in the counts yet: they are still held by their finalizer. */
  readonly uncountedTerminatedPods?: {
    readonly succeeded?: readonly string[];
    readonly failed?: readonly string[];
  };
  readonly conditions?: readonly WorkloadCondition[];
  readonly [field: string]: unknown;
}

export interface CronJob extends KubeObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly startingDeadlineSeconds?: number;
    readonly concurrencyPolicy?: "Allow" | "Forbid" | "Replace";
    readonly suspend?: boolean;
    readonly jobTemplate: { readonly metadata?: PodTemplate["metadata"]; readonly spec: Job["spec"] };
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
  };
  readonly status?: {
    readonly active?: readonly {
      readonly name?: string;
      readonly namespace?: string;
      readonly uid?: string;
    }[];
    readonly lastScheduleTime?: string;
    readonly lastSuccessfulTime?: string;
  };
}
