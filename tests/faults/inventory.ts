import { kubernetes } from "../sovereign/kubernetes.ts";
import type { Sovereign } from "../sovereign/sovereign.ts";

/** An object as far as it tells whether it belongs there. */
interface Item {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec?: { readonly claimRef?: { readonly namespace: string; readonly name: string } };
}

/** What a cluster holds, a line for each object: whose it is, then what isn't. Sorted. */
export interface Inventory {
  /** By Application, with `<app>` for its name and `<other>` for another's. */
  readonly applications: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/**
 * Lists every object of a cluster but events, without what is generated: uids, random ends of names, earlier
 * revisions. Equal inventories are of clusters that hold the same.
 */
export async function inventoryOf(
  sovereign: Sovereign,
  cluster: string,
  applications: readonly string[],
): Promise<Inventory> {
  // the longest name first: an object of `blog-db` isn't one of `blog`
  const names = [...applications].sort((a, b) => b.length - a.length);
  const lines = new Map<string, string[]>(names.map((name) => [name, []]));
  const rest: string[] = [];
  for (const item of await objectsOf(sovereign, cluster)) {
    const owner = names.find((name) => isOf(item, name));
    const line = lineOf(item, owner, names);
    if (line === undefined) continue;
    const list = (owner === undefined ? undefined : lines.get(owner)) ?? rest;
    if (!list.includes(line) || !isEarlierRevision(item)) list.push(line);
  }
  for (const list of [...lines.values(), rest]) list.sort();
  return { applications: lines, rest };
}

/** Gives the names of a cluster's volumes. */
export async function volumesOf(sovereign: Sovereign, cluster: string): Promise<readonly string[]> {
  const items = await itemsOf(sovereign, `/clusters/${cluster}/api/v1/persistentvolumes`, "PersistentVolume");
  return items.map(({ metadata }) => metadata.name).sort();
}

async function objectsOf(sovereign: Sovereign, cluster: string): Promise<readonly Item[]> {
  const root = `/clusters/${cluster}`;
  const groups = (await get(sovereign, `${root}/apis`))["groups"] as {
    preferredVersion: { groupVersion: string };
  }[];
  const versions = [
    "api/v1",
    ...groups.map(({ preferredVersion }) => `apis/${preferredVersion.groupVersion}`),
  ];
  const items: Item[] = [];
  for (const version of versions) {
    const { resources } = await get(sovereign, `${root}/${version}`);
    for (const { name, kind, verbs } of resources as { name: string; kind: string; verbs: string[] }[]) {
      if (name.includes("/") || kind === "Event" || !verbs.includes("list")) continue;
      // What nobody makes is measured, not held.
      if (!verbs.includes("create")) continue;
      items.push(...(await itemsOf(sovereign, `${root}/${version}/${name}`, kind)));
    }
  }
  return items;
}

async function itemsOf(sovereign: Sovereign, path: string, kind: string): Promise<Item[]> {
  const list = (await get(sovereign, path)) as { items: Omit<Item, "kind">[] };
  return list.items.map((item) => ({ ...item, kind }));
}

async function get(sovereign: Sovereign, path: string): Promise<Record<string, unknown>> {
  const { status, text } = await kubernetes(sovereign, path, sovereign.token());
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
  return JSON.parse(text);
}

function isOf({ kind, metadata, spec }: Item, application: string): boolean {
  if (kind === "PersistentVolume") return spec?.claimRef?.namespace === application;
  const { namespace } = metadata;
  return namespace === application || (isShared(namespace) && metadata.name === application);
}

/** Where objects of several Applications are, each named for its Application. */
function isShared(namespace: string | undefined): boolean {
  return namespace === undefined || namespace === "applications";
}

function isEarlierRevision({ kind }: Item): boolean {
  return kind === "ReplicaSet" || kind === "ControllerRevision";
}

function lineOf(item: Item, owner: string | undefined, names: readonly string[]): string | undefined {
  const { kind, metadata } = item;
  const { namespace = "", labels = {}, finalizers = [], deletionTimestamp } = metadata;
  const status = labels["status"];
  // what Helm keeps of revisions that were is history, however many there are
  if (labels["owner"] === "helm" && ["superseded", "failed"].includes(status ?? "")) return undefined;
  const without = (text: string) => {
    const found = names.find((name) => text === name || text.startsWith(`${name}-`));
    return found === undefined ? text : `<${found === owner ? "app" : "other"}>${text.slice(found.length)}`;
  };
  return [
    kind,
    without(namespace),
    without(nameOf(item)),
    ...(labels["owner"] === "helm" ? [`revision ${status}`] : []),
    ...finalizers,
    ...(deletionTimestamp === undefined ? [] : ["being deleted"]),
  ]
    .join(" ")
    .replaceAll("  ", " ");
}

function nameOf({ kind, metadata, spec }: Item): string {
  const [owner] = metadata.ownerReferences ?? [];
  if (kind === "PersistentVolume") return `for ${spec?.claimRef?.name.split("-").at(-1)}`;
  if (metadata.labels?.["owner"] === "helm") return "Helm's";
  return owner === undefined ? metadata.name : `of a ${owner.kind}`;
}
