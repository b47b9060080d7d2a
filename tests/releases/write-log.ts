import { canonicalJson } from "@catalyst/base/json";
import { type Handler, readBytes, splitPath } from "@catalyst/ports/transport";

/** Passes requests on and writes down what they change in the release's namespace and in what has none. */
export class WriteLog {
  readonly handler: Handler;
  #lines: string[] = [];

  /** `namespace`: the release's. Other namespaces, statuses, events and trials don't count. */
  constructor(inner: Handler, namespace: string) {
    this.handler = async (request) => {
      const described = await describe(request, namespace);
      if (described === undefined) return inner(request);
      const response = await inner(described.request);
      this.#lines.push(`${described.text}${response.status < 300 ? "" : ` -> ${response.status}`}`);
      return response;
    };
  }

  /** Gives what was written since the last time. Writes of one kind next to each other are in no order: sorted. */
  take(): string[] {
    const groups: string[][] = [];
    for (const line of this.#lines.splice(0)) {
      const last = groups.at(-1);
      if (last?.[0] !== undefined && kindOf(last[0]) === kindOf(line)) last.push(line);
      else groups.push([line]);
    }
    return groups.flatMap((group) => group.sort());
  }
}

function kindOf(line: string): string {
  return line.split("/").slice(0, -1).join("/");
}

const methods: Readonly<Record<string, string>> = { POST: "create", PUT: "update", DELETE: "delete" };

const patches: Readonly<Record<string, string>> = {
  "application/apply-patch+yaml": "apply",
  "application/strategic-merge-patch+json": "strategic patch",
  "application/merge-patch+json": "merge patch",
  "application/json-patch+json": "json patch",
};

type Request = Parameters<Handler>[0];

async function describe(
  request: Request,
  namespace: string,
): Promise<{ readonly request: Request; readonly text: string } | undefined> {
  if (request.method === "GET") return undefined;
  const { pathname, query } = splitPath(request.path);
  // how often something is tried is chance
  if (query.has("dryRun")) return undefined;
  const [, scope, plural, name] =
    /^\/apis?(?:\/[a-z.]+(?=\/v))?\/v[0-9a-z]+(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/.exec(
      pathname,
    ) ?? [];
  if (plural === undefined || plural === "events" || (scope !== undefined && scope !== namespace))
    return undefined;
  if (scope === undefined && !["customresourcedefinitions", "namespaces", "clusterroles"].includes(plural))
    return undefined;
  const bytes = request.json === undefined ? await readBytes(request) : undefined;
  const passed = bytes === undefined ? request : { ...request, body: bytes };
  const body = request.json ?? parsed(bytes);
  const type = (request.headers["content-type"] ?? "").split(";")[0] ?? "";
  const verb =
    request.method === "PATCH" ? (patches[type] ?? type) : (methods[request.method] ?? request.method);
  const object = body as { metadata?: { name?: string }; propagationPolicy?: string };
  // by which name a client writes records is its own
  const told = plural === "secrets" ? [] : ["force", "fieldManager", "fieldValidation"];
  const options = told.flatMap((option) => (query.has(option) ? [`${option}=${query.get(option)}`] : []));
  if (request.method === "DELETE" && plural !== "secrets" && object.propagationPolicy !== undefined)
    options.push(object.propagationPolicy);
  const detail = verb.endsWith(" patch")
    ? [
        canonicalJson(withOwnersSorted(withoutTests(body))).replace(
          /("path":"\/metadata\/resourceVersion","value":")\d+/g,
          "$1<revision>",
        ),
      ]
    : [];
  const text = [`${verb} ${plural}/${name ?? object.metadata?.name ?? ""}`, ...options, ...detail].join(" ");
  return { request: passed, text };
}

/** What a JSON patch insists on before it changes anything is no change. */
function withoutTests(body: unknown): unknown {
  return Array.isArray(body) ? body.filter((change: { readonly op: string }) => change.op !== "test") : body;
}

/** Owners of fields stand in the order of their seconds: which of two that are close comes first is chance. */
function withOwnersSorted(body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  const key = (owner: object) => canonicalJson({ ...owner, time: "" });
  return body.map((change: { readonly path: string; readonly value?: unknown }) =>
    change.path === "/metadata/managedFields" && Array.isArray(change.value)
      ? { ...change, value: change.value.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) }
      : change,
  );
}

/** A body as JSON, or as an object without anything: the name of what is created by protobuf isn't in the path. */
function parsed(bytes: Uint8Array = new Uint8Array()): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    const name = /sh\.helm\.release\.v1\.[a-z0-9-]+\.v\d+/.exec(Buffer.from(bytes).toString("latin1"))?.[0];
    return { metadata: { name } };
  }
}
