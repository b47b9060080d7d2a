/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export type PatchType = "json" | "merge" | "strategic";

/** One request of a history: plain data, so that it can be made smaller, printed and sent to several servers. */
export type Step =
  | { readonly verb: "create"; readonly by: string; readonly object: Fields; readonly dryRun?: boolean }
  /** Reads the object, sets fields (null takes one out) by JSON pointer, and writes it back. */
  | {
      readonly verb: "update";
      readonly by: string;
      readonly set: readonly (readonly [pointer: string, value: unknown])[];
      readonly subresource?: string;
      readonly stale?: boolean;
      readonly dryRun?: boolean;
    }
  | {
      readonly verb: "patch";
      readonly by: string;
      readonly type: PatchType;
      readonly body: unknown;
      readonly subresource?: string;
      readonly dryRun?: boolean;
    }
  | {
      readonly verb: "apply";
      readonly by: string;
      readonly object: Fields;
      readonly force?: boolean;
      readonly subresource?: string;
      readonly dryRun?: boolean;
    }
  | { readonly verb: "delete" };

/** What several managers do, one after another, to one object. */
export interface History {
  /** `apps/v1/Deployment`. */
  readonly kind: string;
  readonly steps: readonly Step[];
}

/** Where objects of a kind are, on every server. */
export interface Place {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

export interface Reply {
  readonly status: number;
  readonly body: Fields;
}

/** Sends one request to an API server. */
export type Send = (method: string, path: string, type: string, body?: unknown) => Promise<Reply>;

const patchTypes: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};
const json = "application/json";

/** Does the steps at a server, to an object of this name in the namespace `default`; gives its answers. */
export async function perform(
  send: Send,
  place: Place,
  name: string,
  steps: readonly Step[],
): Promise<readonly Reply[]> {
  const replies: Reply[] = [];
  for (const step of steps) replies.push(await performOne(send, place, name, step));
  await send("DELETE", pathOf(place, name), json, { gracePeriodSeconds: 0 });
  return replies;
}

function pathOf({ apiVersion, plural }: Place, name: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/namespaces/default/${plural}${name === "" ? "" : `/${name}`}`;
}

async function performOne(send: Send, place: Place, name: string, step: Step): Promise<Reply> {
  const own = pathOf(place, name);
  if (step.verb === "delete") return send("DELETE", own, json, { gracePeriodSeconds: 0 });
  const query = new URLSearchParams({ fieldManager: step.by });
  if (step.dryRun === true) query.set("dryRun", "All");
  if (step.verb === "create")
    return send("POST", `${pathOf(place, "")}?${query}`, json, named(place, name, step.object));
  const path = step.subresource === undefined ? own : `${own}/${step.subresource}`;
  switch (step.verb) {
    case "update": {
      const held = await send("GET", path, json);
      if (held.status !== 200) return held;
      const body = changed(held.body, step.set);
      if (step.stale === true) (body["metadata"] as Record<string, unknown>)["resourceVersion"] = "1";
      return send("PUT", `${path}?${query}`, json, body);
    }
    case "patch":
      return send("PATCH", `${path}?${query}`, patchTypes[step.type], step.body);
    case "apply":
      if (step.force === true) query.set("force", "true");
      return send(
        "PATCH",
        `${path}?${query}`,
        "application/apply-patch+yaml",
        named(place, name, step.object),
      );
  }
}

function named({ apiVersion, kind }: Place, name: string, object: Fields): Fields {
  return { apiVersion, kind, ...object, metadata: { ...(object["metadata"] as object), name } };
}

/** A copy with fields set by their pointers; what isn't there to be set into is left alone. */
function changed(object: Fields, set: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const copy = structuredClone(object) as Record<string, unknown>;
  for (const [pointer, value] of set) {
    const keys = pointer.split("/").slice(1);
    const last = keys.pop() ?? "";
    let place: unknown = copy;
    for (const key of keys) {
      if (typeof place !== "object" || place === null) break;
      const holder = place as Record<string, unknown>;
      holder[key] ??= {};
      place = holder[key];
    }
    if (typeof place !== "object" || place === null) continue;
    if (value === null) delete (place as Record<string, unknown>)[last];
    else (place as Record<string, unknown>)[last] = structuredClone(value);
  }
  return copy;
}
