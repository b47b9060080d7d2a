import {
  beginApply,
  beginCreate,
  beginPatch,
  beginUpdate,
  builtinKinds,
  customKinds,
  decodeBody,
  finishCreate,
  finishUpdate,
  type KubeObject,
  type ResourceKind,
  readScale,
  StatusError,
  tableCells,
  tableColumns,
  type WriteOptions,
  type Written,
  writeScale,
} from "../index.ts";
import { asRequested } from "./requester.ts";
import type { Answer, Step } from "./scenario.ts";

const patchTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

/** A server without requests, storage or controllers: just what the machinery makes of each step. */
export class MachineryServer {
  readonly #objects = new Map<string, KubeObject>();
  #version = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async run(step: Step): Promise<Answer> {
    try {
      return await this.#answer(this.#kind(step.kind), step);
    } catch (error) {
      if (error instanceof StatusError) return { status: error.status, body: error.toStatus() };
      throw error;
    }
  }

  held(step: Step): KubeObject | undefined {
    return this.#objects.get(`${step.kind}/${step.name}`);
  }

  #kind(key: string): ResourceKind {
    const all = [...builtinKinds()];
    for (const [name, object] of this.#objects) {
      if (name.includes("CustomResourceDefinition/")) all.push(...customKinds(object));
    }
    const found = all.find((kind) => `${kind.apiVersion}/${kind.kind}` === key);
    if (found === undefined) throw new Error(`no kind ${key}`);
    return found;
  }

  async #answer(kind: ResourceKind, step: Step): Promise<Answer> {
    const held = this.held(step);
    if (step.verb === "get" || step.verb === "table") return this.#read(kind, step, held);
    if (step.verb === "create" || (step.verb === "apply" && held === undefined))
      return this.#create(kind, step);
    if (held === undefined) return { status: 404, body: null };
    const { subresource } = step;
    const written = this.#change(kind, step, held);
    const target = subresource === "scale" ? {} : { subresource };
    const finished = await finishUpdate(kind, held, written, { ...target, now: this.#now() });
    const object = this.#store(step, finished);
    return { status: 200, body: subresource === "scale" ? readScale(kind, object) : object };
  }

  #read(kind: ResourceKind, step: Step, held: KubeObject | undefined): Answer {
    if (held === undefined) return { status: 404, body: null };
    if (step.verb === "get")
      return { status: 200, body: step.subresource === "scale" ? readScale(kind, held) : held };
    const columns = tableColumns(kind).map(({ name, type, format, priority }) => ({
      name,
      type,
      format,
      priority,
    }));
    return { status: 200, body: { columns, cells: tableCells(kind, held, this.#now()) } };
  }

  async #create(kind: ResourceKind, step: Step): Promise<Answer> {
    const options = { manager: step.manager ?? "test", now: this.#now() };
    const draft =
      step.verb === "apply"
        ? beginApply(kind, undefined, step.body as never, { ...options, force: step.force ?? false })
        : beginCreate(
            kind,
            decodeBody(kind, JSON.stringify(step.body), step.fieldValidation).object,
            options,
          );
    const written = await finishCreate(kind, admitted(draft.object), {
      uid: "01234567-89ab-cdef-0123-456789abcdef",
      now: this.#now(),
      nameSuffix: () => "abcde",
      ...(kind.namespaced ? { namespace: "default" } : {}),
    });
    return { status: 201, body: this.#store(step, written) };
  }

  #change(kind: ResourceKind, step: Step, held: KubeObject): KubeObject {
    const { subresource } = step;
    const options = {
      manager: step.manager ?? "test",
      now: this.#now(),
      ...(subresource === undefined ? {} : { subresource }),
      ...(step.fieldValidation === undefined ? {} : { fieldValidation: step.fieldValidation }),
    };
    if (subresource === "scale") return this.#changeScale(kind, step, held, options);
    if (step.verb === "apply") {
      return beginApply(kind, held, step.body as never, { ...options, force: step.force ?? false }).object;
    }
    if (step.verb === "patch") {
      const type = patchTypes[step.patchType ?? "merge"];
      return beginPatch(kind, held, { type, body: step.body }, options).object;
    }
    const body = step.change === undefined ? step.body : step.change(structuredClone(held) as never);
    const decoded = decodeBody(kind, JSON.stringify(body), step.fieldValidation);
    return beginUpdate(kind, held, decoded.object, options).object;
  }

  #changeScale(kind: ResourceKind, step: Step, held: KubeObject, options: WriteOptions): KubeObject {
    return writeScale(kind, held, (scaleKind, scale) => {
      if (step.verb !== "patch")
        return beginUpdate(
          scaleKind,
          scale,
          decodeBody(scaleKind, JSON.stringify(step.body)).object,
          options,
        );
      const type = patchTypes[step.patchType ?? "merge"];
      return beginPatch(scaleKind, scale, { type, body: step.body }, options);
    }).object;
  }

  #store(step: Step, { object, changed }: Written): KubeObject {
    if (!changed) return object;
    this.#version++;
    const stored = {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#version) },
    };
    this.#objects.set(`${step.kind}/${object.metadata.name}`, stored);
    return stored;
  }
}

const protections: Readonly<Record<string, string>> = {
  PersistentVolume: "kubernetes.io/pv-protection",
  PersistentVolumeClaim: "kubernetes.io/pvc-protection",
  VolumeAttributesClass: "kubernetes.io/vac-protection",
};

/** What the real server's admission adds without being asked. */
function admitted(object: KubeObject): KubeObject {
  if (object.kind === "CertificateSigningRequest") return asRequested(object);
  const spec = object.spec as Record<string, unknown> | undefined;
  const protection = protections[object.kind];
  if (protection !== undefined)
    return { ...object, metadata: { ...object.metadata, finalizers: [protection] } };
  if (object.kind === "Node") {
    return {
      ...object,
      spec: { ...spec, taints: [{ effect: "NoSchedule", key: "node.kubernetes.io/not-ready" }] },
    };
  }
  if (object.kind === "Service" && spec !== undefined && spec["type"] !== "ExternalName") {
    return { ...object, spec: { clusterIP: "10.0.0.7", ...spec } };
  }
  if (object.kind !== "Pod" || spec === undefined) return object;
  const tolerations = ["not-ready", "unreachable"].map((state) => ({
    effect: "NoExecute",
    key: `node.kubernetes.io/${state}`,
    operator: "Exists",
    tolerationSeconds: 300,
  }));
  return { ...object, spec: { priority: 0, preemptionPolicy: "PreemptLowerPriority", tolerations, ...spec } };
}
