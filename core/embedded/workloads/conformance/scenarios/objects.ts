import type { KubeObject } from "@catalyst/ports/kubernetes";

type Fields = Readonly<Record<string, unknown>>;

const container = { name: "main", image: "registry.local/app:1" };

/** A Pod template of an app. */
export function template(app: string, spec: Fields = {}, metadata: Fields = {}) {
  return { metadata: { labels: { app }, ...metadata }, spec: { containers: [container], ...spec } };
}

/** The same for Pods that no scheduler places: the scenario gives them their status itself. */
export function unplaced(app: string, spec: Fields = {}) {
  return template(app, { schedulerName: "nobody", restartPolicy: "Never", ...spec });
}

export function workload(kind: string, name: string, spec: Fields): KubeObject {
  const selector = { matchLabels: { app: name } };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name },
    spec: { selector, template: template(name), ...spec },
  };
}

export function job(name: string, spec: Fields): KubeObject {
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec };
}

export function pod(name: string, labels: Fields, spec: Fields = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: labels as Readonly<Record<string, string>> },
    spec: { containers: [container], ...spec },
  };
}

export function service(name: string, spec: Fields): KubeObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } };
}

export function image(tag: string): Fields {
  return {
    spec: { template: { spec: { containers: [{ ...container, image: `registry.local/app:${tag}` }] } } },
  };
}

/** An end so late that a failed Pod isn't replaced for now. */
export const muchLater = "2099-01-01T00:00:00Z";

/** What a Pod's status says of a container that ended, default long ago. */
export function ended(exitCode: number, finishedAt = "2020-01-01T00:00:00Z"): Fields {
  const reason = exitCode === 0 ? "Completed" : "Error";
  const terminated = { exitCode, reason, startedAt: finishedAt, finishedAt };
  const status = {
    name: "main",
    image: "i",
    imageID: "i",
    ready: false,
    restartCount: 0,
    state: { terminated },
  };
  return { phase: exitCode === 0 ? "Succeeded" : "Failed", containerStatuses: [status] };
}

/** A condition that is true. */
export function isTrue(type: string): Fields {
  return { status: { conditions: [{ type, status: "True" }] } };
}
