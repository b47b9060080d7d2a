import type { KubeObject } from "@catalyst/ports/kubernetes";

type Fields = Readonly<Record<string, unknown>>;

/**
 * One thing done to a cluster, or waited for. Paths begin below the scenario's namespace: `apps/v1/deployments/web`; those
 * of resources in no namespace begin with a slash (`/v1/nodes/one`), and only the objects that the scenario made are looked at.
 */
export type Step =
  /** `as`: in the name of another user than the administrator. */
  | { readonly create: KubeObject; readonly as?: string }
  | { readonly patch: string; readonly with: Fields; readonly subresource?: string }
  | { readonly post: string; readonly body: Fields }
  | {
      readonly delete: string;
      readonly propagation?: "Orphan" | "Background" | "Foreground";
      readonly gracePeriodSeconds?: number;
    }
  /** Gives every object that matches a status, as its node would: of the Pods of a scheduler that there isn't. */
  | { readonly each: string; readonly matching?: Fields; readonly status: Fields; readonly atMost?: number }
  /** Waits until as many objects match (default: one or more). */
  | { readonly until: string; readonly matching?: Fields; readonly count?: number };

export interface Scenario {
  readonly name: string;
  /** What is outside of the namespace, such as nodes: made first, and gone after the scenario. */
  readonly outside?: readonly KubeObject[];
  readonly steps: readonly Step[];
  /** Whose objects are compared in the end: `apps/v1/replicasets`. */
  readonly compared: readonly string[];
  /**
   * Pods whose promised place is taken by others: whether the real scheduler has taken the promise back and tried them
   * again when it rests is chance. Ours is held to the ending that is recorded.
   */
  readonly outdone?: readonly string[];
}

/** Sends one request; answers with status and body. */
export type Send = (
  method: string,
  path: string,
  body?: unknown,
  type?: string,
  as?: string,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** How long something is waited for, and between two looks, in milliseconds. */
const patience = 90_000;
const pause = 150;
/** A cluster that stays the same for so long has come to rest, if it is where it is to come; else it may only be slow. */
const rest = 1500;

/**
 * Plays a scenario in a namespace of its own; gives the objects it ends with, each resource's under its name. What isn't
 * the ending that is wanted is waited for to become it.
 */
export async function play(
  scenario: Scenario,
  namespace: string,
  send: Send,
  isWanted: (ending: Ending) => boolean,
): Promise<Ending> {
  const outsideObjects = scenario.outside ?? [];
  for (const object of outsideObjects) await prepare(send, object);
  await must(send("POST", "/api/v1/namespaces", namespaceObject(namespace)));
  const made = outsideObjects.map((object) => `${outsideOf(object)}/${object.metadata.name}`);
  const stage = { namespace, send, outside: new Set(made) };
  await until(
    async () => (await list(stage, "v1/serviceaccounts")).length > 0,
    () => "no ServiceAccount",
  );
  for (const step of scenario.steps) await perform(stage, step);
  const ending = await settled(stage, [...scenario.compared, "v1/events"], isWanted);
  // A Pod on a node that nobody runs ends at once, or never.
  if (outsideObjects.length > 0)
    await send("DELETE", pathOf(stage, "v1/pods"), {
      kind: "DeleteOptions",
      apiVersion: "v1",
      gracePeriodSeconds: 0,
    });
  for (const path of stage.outside) await send("DELETE", path);
  await send("DELETE", `/api/v1/namespaces/${namespace}`);
  return ending;
}

/** Makes an object outside of namespaces. */
async function prepare(send: Send, object: KubeObject): Promise<void> {
  const isNode = object.kind === "Node";
  await must(send("POST", outsideOf(object), isNode ? alive(object) : object));
  if (!isNode) return;
  // A node that its cluster knows to be ready has the taints it says alone.
  const { taints = null } = (object.spec ?? {}) as { readonly taints?: unknown };
  const path = `${outsideOf(object)}/${object.metadata.name}`;
  await must(send("PATCH", path, { spec: { taints } }, "application/merge-patch+json"));
}

/** A node that has just been heard of: one that was of the same name before doesn't count. */
function alive(node: KubeObject): KubeObject {
  const { conditions = [], ...status } = node.status as { readonly conditions?: readonly object[] };
  const lastHeartbeatTime = new Date().toISOString().replace(/\.\d+Z/, "Z");
  const heard = conditions.map((condition) => ({ ...condition, lastHeartbeatTime }));
  return { ...node, status: { ...status, conditions: heard } };
}

function outsideOf({ apiVersion, kind }: KubeObject): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/${pluralOf(kind)}`;
}

/** Objects by resource. */
export type Ending = Readonly<Record<string, readonly KubeObject[]>>;

interface Stage {
  readonly namespace: string;
  readonly send: Send;
  /** Paths of what was made in no namespace. */
  readonly outside: Set<string>;
}

function namespaceObject(name: string): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

async function perform(stage: Stage, step: Step): Promise<void> {
  const { send } = stage;
  if ("create" in step) await create(stage, step);
  else if ("post" in step) await send("POST", pathOf(stage, step.post), step.body);
  else if ("patch" in step) {
    const path = pathOf(stage, step.patch) + (step.subresource === undefined ? "" : `/${step.subresource}`);
    await must(send("PATCH", path, step.with, "application/merge-patch+json"));
  } else if ("delete" in step) {
    const options = {
      kind: "DeleteOptions",
      apiVersion: "v1",
      propagationPolicy: step.propagation ?? "Background",
      gracePeriodSeconds: step.gracePeriodSeconds,
    };
    await must(send("DELETE", pathOf(stage, step.delete), options));
  } else if ("each" in step) await giveStatus(stage, step);
  else await waitFor(stage, step);
}

async function create(stage: Stage, { create: object, as }: Extract<Step, { create: KubeObject }>) {
  const collection = collectionOf(stage, object);
  await must(stage.send("POST", collection, object, undefined, as));
  if (outside.has(object.kind)) stage.outside.add(`${collection}/${object.metadata.name}`);
}

async function giveStatus(stage: Stage, step: Extract<Step, { each: string }>): Promise<void> {
  const objects = (await list(stage, step.each))
    .filter((object) => matches(object, step.matching ?? {}))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  for (const { metadata } of objects.slice(0, step.atMost)) {
    const path = `${pathOf(stage, step.each)}/${metadata.name}/status`;
    const answer = stage.send("PATCH", path, { status: step.status }, "application/merge-patch+json");
    // A controller may have taken the object away, for what the one before was given.
    if ((await answer).status !== 404) await must(answer);
  }
}

async function waitFor(stage: Stage, step: Extract<Step, { until: string }>): Promise<void> {
  let seen: readonly KubeObject[] = [];
  const isSo = async () => {
    seen = await list(stage, step.until);
    const count = seen.filter((object) => matches(object, step.matching ?? {})).length;
    return step.count === undefined ? count > 0 : count === step.count;
  };
  await until(isSo, () => `${JSON.stringify(step)} never came true: ${JSON.stringify(seen)}`);
}

async function until(test: () => Promise<boolean>, complaint: () => string): Promise<void> {
  const end = Date.now() + patience;
  while (!(await test())) {
    if (Date.now() > end) throw new Error(complaint());
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function settled(
  stage: Stage,
  resources: readonly string[],
  isWanted: (ending: Ending) => boolean,
): Promise<Ending> {
  let last = "";
  let since = Date.now();
  const end = since + patience;
  for (;;) {
    const lists = await Promise.all(resources.map((resource) => list(stage, resource)));
    const ending = Object.fromEntries(resources.map((resource, index) => [resource, lists[index] ?? []]));
    const text = JSON.stringify(ending);
    const isAtRest = text === last && Date.now() - since > rest;
    if (isAtRest && (Date.now() > end || isWanted(ending))) return ending;
    if (text !== last) since = Date.now();
    last = text;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function list(stage: Stage, resource: string): Promise<readonly KubeObject[]> {
  const path = pathOf(stage, resource);
  const { body } = await must(stage.send("GET", path));
  const { items } = body as { readonly items: readonly KubeObject[] };
  const isSeen = ({ metadata }: KubeObject) => stage.outside.has(`${path}/${metadata.name}`);
  return resource.startsWith("/") ? items.filter(isSeen) : items;
}

/** Whether everything `pattern` names is so in the object; of lists some item must match each of the pattern's. */
function matches(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    const items = Array.isArray(value) ? value : [];
    return pattern.every((each) => items.some((item) => matches(item, each)));
  }
  if (pattern instanceof RegExp) return typeof value === "string" && pattern.test(value);
  if (typeof pattern !== "object" || pattern === null)
    return value === pattern || (pattern === 0 && value === undefined);
  const fields = (value ?? {}) as Fields;
  return Object.entries(pattern).every(([key, each]) => matches(fields[key], each));
}

/** `/apis/apps/v1/namespaces/x/deployments/web` of `apps/v1/deployments/web`. */
function pathOf({ namespace }: Stage, place: string): string {
  const isOutside = place.startsWith("/");
  const parts = (isOutside ? place.slice(1) : place).split("/");
  const length = parts[0] === "v1" ? 1 : 2;
  const root = length === 1 ? "/api/v1" : `/apis/${parts.slice(0, 2).join("/")}`;
  const where = isOutside ? "" : `/namespaces/${namespace}`;
  return `${root}${where}/${parts.slice(length).join("/")}`;
}

/** Kinds that are in no namespace. */
const outside: ReadonlySet<string> = new Set(["CertificateSigningRequest", "ClusterRoleBinding"]);

function collectionOf(stage: Stage, { apiVersion, kind }: KubeObject): string {
  return pathOf(stage, `${outside.has(kind) ? "/" : ""}${apiVersion}/${pluralOf(kind)}`);
}

function pluralOf(kind: string): string {
  const irregular: Readonly<Record<string, string>> = {
    Endpoints: "endpoints",
    PriorityClass: "priorityclasses",
  };
  return irregular[kind] ?? `${kind.toLowerCase()}s`;
}

async function must(answer: ReturnType<Send>): Promise<{ readonly status: number; readonly body: unknown }> {
  const { status, body } = await answer;
  if (status < 400) return { status, body };
  throw new Error(`the server refused with ${status}: ${JSON.stringify(body)}`);
}
