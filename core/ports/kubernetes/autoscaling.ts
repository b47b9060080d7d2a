import type { KubeObject } from "./object.ts";
import type { ResourceAmounts } from "./quotas.ts";
import type { LabelSelector } from "./selector.ts";
import type { WorkloadCondition } from "./workloads.ts";

/** What a metric is to be: of one kind of target only the field of that kind is there. */
export interface MetricTarget {
  readonly type: "Utilization" | "Value" | "AverageValue";
  readonly value?: string | number;
  readonly averageValue?: string | number;
  readonly averageUtilization?: number;
}

export interface MetricIdentifier {
  readonly name: string;
  readonly selector?: LabelSelector;
}

/** One of the measures an autoscaler goes by. */
export interface MetricSpec {
  readonly type: "Resource" | "ContainerResource" | "Pods" | "Object" | "External";
  readonly resource?: { readonly name: string; readonly target: MetricTarget };
  readonly containerResource?: {
    readonly name: string;
    readonly container: string;
    readonly target: MetricTarget;
  };
  readonly pods?: { readonly metric: MetricIdentifier; readonly target: MetricTarget };
  readonly object?: {
    readonly describedObject: { readonly kind: string; readonly name: string; readonly apiVersion?: string };
    readonly metric: MetricIdentifier;
    readonly target: MetricTarget;
  };
  readonly external?: { readonly metric: MetricIdentifier; readonly target: MetricTarget };
}

/** How fast an autoscaler may go in one direction. */
export interface ScalingRules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: "Max" | "Min" | "Disabled";
  readonly policies?: readonly {
    readonly type: "Pods" | "Percent";
    readonly value: number;
    readonly periodSeconds: number;
  }[];
  readonly tolerance?: string | number;
}

export interface HorizontalPodAutoscaler extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly MetricSpec[];
    readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules };
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly lastScaleTime?: string;
    readonly currentMetrics?: readonly unknown[];
    readonly conditions?: readonly WorkloadCondition[];
  };
}

/** What a Pod's containers use, as the node measured it. */
export interface PodMetrics extends KubeObject {
  readonly timestamp: string;
  /** A Go duration. */
  readonly window: string;
  readonly containers: readonly { readonly name: string; readonly usage: ResourceAmounts }[];
}
