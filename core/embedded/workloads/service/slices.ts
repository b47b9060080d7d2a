import { jsonEqual } from "@catalyst/base/json";
import type { EndpointSlice, KubeObject } from "@catalyst/ports/kubernetes";
import { controllerReference } from "../common/owner.ts";
import type { EndpointGroup } from "./endpoints.ts";

/** The most endpoints of one slice; upstream's. */
const sliceSize = 100;

export const serviceLabel = "kubernetes.io/service-name";
export const managerLabel = "endpointslice.kubernetes.io/managed-by";
export const changeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

/** What all slices of an owner have in common. */
export interface SliceFrame {
  readonly owner: KubeObject;
  readonly labels: Readonly<Record<string, string>>;
  /** When what led to the endpoints happened (RFC 3339). */
  readonly changedAt: string | undefined;
}

/** What makes the slices there are those there should be. */
export interface SlicePlan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly delete: readonly EndpointSlice[];
}

/**
 * Fits groups of endpoints into slices: one that has the ports of a group keeps it. There is always one, so that
 * readers see a Service without Pods.
 */
export function planSlices(
  frame: SliceFrame,
  groups: readonly EndpointGroup[],
  known: readonly EndpointSlice[],
): SlicePlan {
  const wanted = groups.flatMap(chunks);
  const free = [...known].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  for (const { ports, endpoints } of wanted.length === 0 ? [{ ports: null, endpoints: null }] : wanted) {
    const index = free.findIndex((slice) => jsonEqual(slice.ports ?? [], ports ?? []));
    const [before] = index < 0 ? [] : free.splice(index, 1);
    if (before === undefined) {
      create.push(sliceOf(frame, ports, endpoints));
      continue;
    }
    const isSame =
      jsonEqual(before.endpoints ?? [], endpoints ?? []) &&
      jsonEqual(before.metadata.labels ?? {}, frame.labels);
    if (isSame) continue;
    const annotations = { ...before.metadata.annotations, ...changeNote(frame) };
    update.push({
      ...before,
      metadata: { ...before.metadata, labels: frame.labels, annotations },
      endpoints,
      ports,
    });
  }
  return { create, update, delete: free };
}

function chunks({ ports, endpoints }: EndpointGroup): readonly EndpointGroup[] {
  const count = Math.max(1, Math.ceil(endpoints.length / sliceSize));
  return Array.from({ length: count }, (_, index) => ({
    ports,
    endpoints: endpoints.slice(index * sliceSize, (index + 1) * sliceSize),
  }));
}

function sliceOf(
  frame: SliceFrame,
  ports: EndpointSlice["ports"] | null,
  endpoints: EndpointSlice["endpoints"] | null,
): EndpointSlice {
  const { name, namespace } = frame.owner.metadata;
  const annotations = changeNote(frame);
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      // The server chooses the name.
      name: "",
      generateName: `${name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      labels: frame.labels,
      ownerReferences: [controllerReference(frame.owner)],
    },
    addressType: "IPv4",
    endpoints: endpoints ?? null,
    ports: ports ?? null,
  };
}

function changeNote({ changedAt }: SliceFrame): Readonly<Record<string, string>> {
  return changedAt === undefined ? {} : { [changeAnnotation]: changedAt };
}
