import type { Phase } from "@catalyst/model/application";
import { labels, simulatedNodeLabel } from "@catalyst/model/label";
import { applicationSecretName, applicationsNamespace, parseEnvironmentName } from "@catalyst/model/naming";
import type { ApplicationView, CommitView, EventView, PodView } from "@catalyst/model/view";
import { applications, type CoreEvent, events, nodes, type Pod, pods } from "@catalyst/ports/kubernetes";
import type { ScopeState } from "../state/state.ts";
import { commitsOfApplication, commitView } from "./commit.ts";
import { intendedApplications, intentOf } from "./intent.ts";
import { objectOf, objectsOf } from "./lookup.ts";
import { standing } from "./standing.ts";

/**
 * An Application as every reader sees it; undefined when there is none. What it shall be is what Git says at the
 * commit shown, whether that is applied already or not; what it does is what the cluster says.
 */
export function applicationView(
  state: ScopeState,
  environment: string,
  name: string,
): ApplicationView | undefined {
  const object = objectOf(state, applications, applicationsNamespace, name);
  const intent = intentOf(state, name);
  const wanted = intent?.document.spec ?? object?.spec;
  if (wanted === undefined || (object === undefined && intent?.document.spec === undefined)) return undefined;
  const { metadata, status } = object ?? {};
  const commit = intent?.commit ?? commitsOfApplication(state, name)[0];
  const requestedBy = (intent?.document.labels ?? metadata?.labels)?.[labels.requestedBy];
  return {
    name,
    environment,
    organization: parseEnvironmentName(environment).organization,
    ...standing(object, intent),
    ...(status?.notice === undefined ? {} : { notice: status.notice }),
    simulated: status?.simulated ?? false,
    blueprint: wanted.blueprint,
    ...(status?.applied === undefined ? {} : { applied: status.applied }),
    ...(wanted.size === undefined ? {} : { size: wanted.size }),
    config: { ...wanted.config },
    ...(wanted.secrets === undefined ? {} : { secrets: wanted.secrets }),
    ...(wanted.placement === undefined ? {} : { placement: wanted.placement }),
    bindings: wanted.bindings ?? {},
    suspended: wanted.suspended ?? false,
    ...(requestedBy === undefined ? {} : { requestedBy }),
    dependents: status?.dependents ?? [],
    endpoints: status?.endpoints ?? [],
    pods: status?.pods ?? { ready: 0, wanted: 0 },
    conditions: status?.conditions ?? [],
    ...(commit === undefined ? {} : { commit: commitView(commit) }),
    createdAt: metadata?.creationTimestamp ?? commit?.date ?? "",
    version: `${commit?.id.slice(0, 12) ?? ""}.${metadata?.resourceVersion ?? ""}`,
  };
}

/** All Applications of an Environment, by name. */
export function applicationViews(state: ScopeState, environment: string): readonly ApplicationView[] {
  return applicationNames(state).flatMap((name) => applicationView(state, environment, name) ?? []);
}

/** The phase of each Application, for who counts them. */
export function applicationPhases(state: ScopeState): readonly Phase[] {
  return applicationNames(state).map(
    (name) =>
      standing(objectOf(state, applications, applicationsNamespace, name), intentOf(state, name)).phase,
  );
}

/** What is in Git or still in the cluster, sorted. */
function applicationNames(state: ScopeState): readonly string[] {
  const names = new Set(intendedApplications(state));
  for (const { metadata } of objectsOf(state, applications, applicationsNamespace)) names.add(metadata.name);
  return [...names].sort();
}

/** Commits that touched an Application, newest first. */
export function applicationHistory(state: ScopeState, name: string): readonly CommitView[] {
  return commitsOfApplication(state, name).map(commitView);
}

/** Kubernetes' events of an Application's objects, newest first. */
export function applicationEvents(state: ScopeState, name: string): readonly EventView[] {
  const owned = [name, applicationSecretName(name)];
  const found: EventView[] = [];
  for (const event of objectsOf(state, events, name)) found.push(eventView(event));
  for (const event of objectsOf(state, events, applicationsNamespace))
    if (owned.includes(event.involvedObject.name)) found.push(eventView(event));
  return found.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : a.id < b.id ? -1 : 1));
}

function eventView(event: CoreEvent): EventView {
  const { kind, namespace, name } = event.involvedObject;
  return {
    id: event.metadata.uid ?? event.metadata.name,
    time:
      event.lastTimestamp ??
      event.eventTime ??
      event.firstTimestamp ??
      event.metadata.creationTimestamp ??
      "",
    type: event.type ?? "Normal",
    reason: event.reason ?? "",
    message: event.message ?? "",
    object: { kind, ...(namespace === undefined ? {} : { namespace }), name },
    count: event.count ?? 1,
  };
}

/** The Pods of an Application, by name. */
export function applicationPods(state: ScopeState, name: string): readonly PodView[] {
  const simulated = new Set<string>();
  for (const node of objectsOf(state, nodes))
    if (node.metadata.labels?.[simulatedNodeLabel] === "simulated") simulated.add(node.metadata.name);
  return [...objectsOf(state, pods, name)]
    .map((pod) => podView(pod, simulated))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function podView(pod: Pod, simulated: ReadonlySet<string>): PodView {
  const statuses = pod.status?.containerStatuses ?? [];
  return {
    name: pod.metadata.name,
    containers: pod.spec.containers.map((container) => container.name),
    phase: pod.metadata.deletionTimestamp !== undefined ? "Terminating" : (pod.status?.phase ?? "Pending"),
    ready:
      pod.status?.conditions?.some(
        (condition) => condition.type === "Ready" && condition.status === "True",
      ) ?? false,
    restarts: statuses.reduce((sum, status) => sum + status.restartCount, 0),
    simulated: pod.spec.nodeName !== undefined && simulated.has(pod.spec.nodeName),
  };
}
