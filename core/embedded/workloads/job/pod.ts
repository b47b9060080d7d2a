import type { Container, Job, Pod } from "@catalyst/ports/kubernetes";
import { podOf } from "../common/template.ts";

/** Holds a Pod until its Job has counted it. */
export const trackingFinalizer = "batch.kubernetes.io/job-tracking";
export const jobNameLabel = "batch.kubernetes.io/job-name";

const controllerUidLabel = "batch.kubernetes.io/controller-uid";
const indexKey = "batch.kubernetes.io/job-completion-index";
const failuresKey = "batch.kubernetes.io/job-index-failure-count";
const ignoredKey = "batch.kubernetes.io/job-index-ignored-failure-count";
const indexVariable = "JOB_COMPLETION_INDEX";

/** Longest `generateName` that leaves room for the server's suffix. */
const longestPrefix = 63 - 5;

/** How often the Pods of an index failed before. */
export interface IndexFailures {
  readonly counted: number;
  readonly ignored: number;
}

/** A Pod to be made; `index` in an Indexed Job, `failures` where they are counted for each index. */
export interface PodPlan {
  readonly index?: number | undefined;
  readonly failures?: IndexFailures | undefined;
}

export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(trackingFinalizer) === true;
}

/** The index of an Indexed Job's Pod; undefined for one that has none it could be given. */
export function indexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[indexKey];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

export function failuresOf(pod: Pod): IndexFailures {
  const count = (key: string) => {
    const text = pod.metadata.annotations?.[key] ?? "";
    return /^\d{1,10}$/.test(text) ? Number(text) : 0;
  };
  return { counted: count(failuresKey), ignored: count(ignoredKey) };
}

/** Makes a Job's Pod. */
export function jobPod(job: Job, { index, failures }: PodPlan): Pod {
  const { name, uid = "" } = job.metadata;
  const { metadata = {}, spec } = job.spec.template;
  const finalizers = [...new Set([...(metadata.finalizers ?? []), trackingFinalizer])];
  // The labels of the first years stand beside those of today.
  const labels = { "controller-uid": uid, "job-name": name, [controllerUidLabel]: uid, [jobNameLabel]: name };
  if (index === undefined)
    return podOf(job, job.spec.template, { generateName: `${name}-`, labels, finalizers });
  const suffix = `-${index}-`;
  const pod = podOf(job, job.spec.template, {
    generateName: name.slice(0, longestPrefix - suffix.length) + suffix,
    labels: { ...labels, [indexKey]: String(index) },
    annotations: { ...metadata.annotations, [indexKey]: String(index), ...failureNotes(failures) },
    finalizers,
  });
  return {
    ...pod,
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      containers: spec.containers.map(withIndex),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withIndex) }),
    },
  };
}

function failureNotes(failures: IndexFailures | undefined): Readonly<Record<string, string>> {
  if (failures === undefined) return {};
  const { counted, ignored } = failures;
  return { [failuresKey]: String(counted), ...(ignored === 0 ? {} : { [ignoredKey]: String(ignored) }) };
}

function withIndex(container: Container): Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === indexVariable)) return container;
  const valueFrom = { fieldRef: { fieldPath: `metadata.labels['${indexKey}']` } };
  return { ...container, env: [...env, { name: indexVariable, valueFrom }] };
}
