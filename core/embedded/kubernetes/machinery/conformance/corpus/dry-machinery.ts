import {
  beginCreate,
  beginUpdate,
  builtinKinds,
  decodeBody,
  finishCreate,
  finishUpdate,
  type KubeObject,
  type ResourceKind,
  StatusError,
} from "../../index.ts";
import type { Fields } from "../../resources/fields.ts";
import { asRequested } from "../requester.ts";
import type { DryServer, Reply } from "./corpus.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const uid = "01234567-89ab-cdef-0123-456789abcdef";

/** What the machinery alone makes of each case. */
export class DryMachinery implements DryServer {
  readonly #held = new Map<string, KubeObject>();

  async create(kind: string, object: Fields): Promise<Reply> {
    return answer(201, kindOf(kind), () => created(kindOf(kind), object));
  }

  async hold(kind: string, object: Fields, status: Fields | undefined): Promise<Fields> {
    const made = (await created(kindOf(kind), object)).object;
    let stored = { ...made, metadata: { ...made.metadata, resourceVersion: "1" } };
    if (status !== undefined) {
      const change = { ...stored, status } as unknown as Fields;
      stored = (await updated(kindOf(kind), stored, change, "status")).object as never;
    }
    this.#held.set(`${kind}/${stored.metadata.name}`, stored);
    return structuredClone(stored) as unknown as Fields;
  }

  async update(kind: string, object: Fields, subresource: string | undefined): Promise<Reply> {
    const { name } = object["metadata"] as { readonly name: string };
    const stored = this.#held.get(`${kind}/${name}`);
    if (stored === undefined) throw new Error(`no ${kind} ${name} is held`);
    return answer(200, kindOf(kind), () => updated(kindOf(kind), stored, object, subresource));
  }

  async drop(kind: string, object: Fields): Promise<void> {
    this.#held.delete(`${kind}/${(object["metadata"] as { readonly name: string }).name}`);
  }
}

function kindOf(key: string): ResourceKind {
  const found = builtinKinds().find((kind) => `${kind.apiVersion}/${kind.kind}` === key);
  if (found === undefined) throw new Error(`no kind ${key}`);
  return found;
}

interface Outcome {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

async function created(kind: ResourceKind, object: Fields): Promise<Outcome> {
  const decoded = decodeBody(kind, JSON.stringify(object));
  const draft = beginCreate(kind, decoded.object, { manager: "test", now });
  const facts = { uid, now, nameSuffix: () => "abcde", ...(kind.namespaced ? { namespace: "default" } : {}) };
  const written = await finishCreate(kind, asRequested(draft.object), facts);
  return { object: written.object, warnings: [...decoded.warnings, ...written.warnings] };
}

async function updated(
  kind: ResourceKind,
  stored: KubeObject,
  object: Fields,
  subresource: string | undefined,
): Promise<Outcome> {
  const decoded = decodeBody(kind, JSON.stringify(object));
  const draft = beginUpdate(kind, stored, decoded.object, { manager: "test", now, subresource });
  const written = await finishUpdate(kind, stored, draft.object, { subresource, now });
  return { object: written.object, warnings: [...decoded.warnings, ...written.warnings] };
}

async function answer(
  status: number,
  { deprecationWarning }: ResourceKind,
  act: () => Promise<Outcome>,
): Promise<Reply> {
  try {
    const { object, warnings } = await act();
    const all = deprecationWarning === undefined ? warnings : [deprecationWarning, ...warnings];
    return { status, body: object as unknown as Fields, warnings: all };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { status: error.status, body: error.toStatus(), warnings: [] };
  }
}
