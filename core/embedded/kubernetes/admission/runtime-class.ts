import { jsonEqual } from "@catalyst/base/json";
import { amountOf, amountsOf, type KubeObject } from "@catalyst/ports/kubernetes";
import { forbidden } from "../request/errors.ts";
import type { Admitter } from "./admitter.ts";
import type { Attributes } from "./attributes.ts";
import { mergedTolerations, type Toleration } from "./tolerations.ts";

type Amounts = Readonly<Record<string, string>>;
type Labels = Readonly<Record<string, string>>;

interface PodSpec {
  readonly runtimeClassName?: string;
  readonly overhead?: Amounts;
  readonly nodeSelector?: Labels;
  readonly tolerations?: readonly Toleration[];
}

/** What a class says of the Pods that name it. */
interface RuntimeClass {
  readonly overhead?: { readonly podFixed?: Amounts };
  readonly scheduling?: { readonly nodeSelector?: Labels; readonly tolerations?: readonly Toleration[] };
}

/**
 * Gives a Pod the overhead and the places of the class it names. Refuses one whose class isn't there, and one that
 * states another overhead than its class.
 */
export const runtimeClass: Admitter = {
  name: "RuntimeClass",
  operations: ["CREATE"],
  resources: ["/pods"],
  admit: (attributes) => admitPod(attributes, attributes.object as KubeObject),
  validate: (attributes) => checkOverhead(attributes, attributes.object as KubeObject),
};

function admitPod(attributes: Attributes, pod: KubeObject): KubeObject {
  const spec = (pod.spec ?? {}) as PodSpec;
  const { overhead, scheduling } = classOf(attributes, spec) ?? {};
  if (overhead === undefined && scheduling === undefined) return pod;
  return {
    ...pod,
    spec: {
      ...spec,
      ...(overhead === undefined ? {} : { overhead: overheadOf(attributes, spec, overhead.podFixed ?? {}) }),
      ...(scheduling === undefined
        ? {}
        : {
            nodeSelector: nodeSelectorOf(attributes, spec, scheduling.nodeSelector ?? {}),
            tolerations: mergedTolerations(spec.tolerations ?? [], scheduling.tolerations ?? []),
          }),
    },
  };
}

function classOf(attributes: Attributes, { runtimeClassName: name }: PodSpec): RuntimeClass | undefined {
  if (name === undefined) return undefined;
  const found = attributes.cluster.find("node.k8s.io/runtimeclasses", undefined, name);
  if (found !== undefined) return found as RuntimeClass;
  throw refused(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
}

const otherOverhead = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

function overheadOf(attributes: Attributes, { overhead = {} }: PodSpec, fixed: Amounts): Amounts {
  if (Object.keys(overhead).length > 0 && !sameAmounts(overhead, fixed))
    throw refused(attributes, otherOverhead);
  return fixed;
}

function nodeSelectorOf(attributes: Attributes, { nodeSelector = {} }: PodSpec, wanted: Labels): Labels {
  for (const [key, value] of Object.entries(wanted)) {
    const own = nodeSelector[key];
    if (own === undefined || own === value) continue;
    const why = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`;
    throw refused(attributes, why);
  }
  return { ...nodeSelector, ...wanted };
}

/** What others made of the Pod meanwhile counts too. */
function checkOverhead(attributes: Attributes, pod: KubeObject): void {
  const spec = (pod.spec ?? {}) as PodSpec;
  const fixed = classOf(attributes, spec)?.overhead;
  if (fixed !== undefined) {
    if (!sameAmounts(fixed.podFixed ?? {}, spec.overhead ?? {})) throw refused(attributes, otherOverhead);
  } else if (spec.overhead !== undefined) {
    const why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
    throw refused(attributes, why);
  }
}

function sameAmounts(a: Amounts, b: Amounts): boolean {
  const [left, right] = [amountsOf(a), amountsOf(b)];
  const names = [...left.keys()].sort();
  return (
    jsonEqual(names, [...right.keys()].sort()) &&
    names.every((name) => amountOf(left, name) === amountOf(right, name))
  );
}

function refused({ kind, object }: Attributes, why: string): Error {
  return forbidden(kind, object?.metadata.name ?? "", why);
}
