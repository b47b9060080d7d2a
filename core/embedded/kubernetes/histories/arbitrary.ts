import fc from "fast-check";
import type { Fields, History, Step } from "./history.ts";

/** What histories of a kind are made of. */
export interface KindHistories {
  readonly kind: string;
  /** Whole objects, as a create sends them. */
  readonly whole: fc.Arbitrary<Fields>;
  /** Parts of one, as managers apply them; some make no sense. */
  readonly part: fc.Arbitrary<Fields>;
  /** What its controller writes, where that is a subresource. */
  readonly status?: fc.Arbitrary<unknown>;
  readonly scaled?: boolean;
  /** Operations of JSON patches. */
  readonly operations: fc.Arbitrary<Fields>;
  /** Strategic merge patches; undefined where there are none. */
  readonly strategic?: fc.Arbitrary<unknown>;
}

const manager = fc.constantFrom("ann", "bob", "cy");
const rarely = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** An object each of whose keys may be left out. */
export function some<T extends Record<string, fc.Arbitrary<unknown>>>(fields: T): fc.Arbitrary<Fields> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Fields>;
}

/** The histories of a kind. */
export function historiesOf(kind: KindHistories): fc.Arbitrary<History> {
  return fc
    .tuple(beginning(kind), fc.array(step(kind), { minLength: 3, maxLength: 10 }))
    .map(([first, rest]) => ({ kind: kind.kind, steps: [first, ...rest] }));
}

function beginning(kind: KindHistories): fc.Arbitrary<Step> {
  return fc.oneof(
    { weight: 3, arbitrary: creation(kind) },
    {
      weight: 3,
      arbitrary: fc.record({ verb: fc.constant("apply" as const), by: manager, object: kind.whole }),
    },
    { weight: 2, arbitrary: clientSide(kind) },
  );
}

function creation(kind: KindHistories): fc.Arbitrary<Step> {
  return fc.record({ verb: fc.constant("create" as const), by: manager, object: kind.whole });
}

/** As `kubectl apply` creates without `--server-side`: what was applied is in an annotation. */
function clientSide(kind: KindHistories): fc.Arbitrary<Step> {
  return kind.whole.map((object) => {
    const { apiVersion, kindName } = splitKind(kind.kind);
    const applied = JSON.stringify({ apiVersion, kind: kindName, ...object });
    const metadata = object["metadata"] as Fields | undefined;
    const annotations = { ...(metadata?.["annotations"] as object), [lastApplied]: applied };
    return {
      verb: "create",
      by: "kubectl-client-side-apply",
      object: { ...object, metadata: { ...metadata, annotations } },
    };
  });
}

/** The parts of `apps/v1/Deployment`. */
export function splitKind(key: string): { readonly apiVersion: string; readonly kindName: string } {
  const slash = key.lastIndexOf("/");
  return { apiVersion: key.slice(0, slash), kindName: key.slice(slash + 1) };
}

function step(kind: KindHistories): fc.Arbitrary<Step> {
  const choices: fc.WeightedArbitrary<Step>[] = [
    { weight: 1, arbitrary: fc.constant({ verb: "delete" }) },
    { weight: 1, arbitrary: creation(kind) },
    { weight: 8, arbitrary: application(kind.part) },
    { weight: 3, arbitrary: application(kind.whole) },
    { weight: 4, arbitrary: update(kind) },
    { weight: 3, arbitrary: patch("json", fc.array(kind.operations, { minLength: 1, maxLength: 3 })) },
    { weight: 3, arbitrary: patch("merge", withNulls(kind.part)) },
  ];
  if (kind.strategic !== undefined)
    choices.push({ weight: 3, arbitrary: patch("strategic", kind.strategic) });
  if (kind.status !== undefined) choices.push({ weight: 3, arbitrary: statusStep(kind.status) });
  if (kind.scaled === true) choices.push({ weight: 2, arbitrary: scaleStep });
  return fc.oneof(...choices);
}

function application(object: fc.Arbitrary<Fields>): fc.Arbitrary<Step> {
  const by = fc.oneof({ weight: 5, arbitrary: manager }, { weight: 1, arbitrary: fc.constant("kubectl") });
  return fc.record({
    verb: fc.constant("apply" as const),
    by,
    object,
    force: fc.boolean(),
    dryRun: rarely,
  });
}

function patch(type: "json" | "merge" | "strategic", body: fc.Arbitrary<unknown>): fc.Arbitrary<Step> {
  const { constant } = fc;
  return fc.record({
    verb: constant("patch" as const),
    by: manager,
    type: constant(type),
    body,
    dryRun: rarely,
  });
}

/** What a whole write does: sets what a part says, and now and then drops who owns what. */
function update(kind: KindHistories): fc.Arbitrary<Step> {
  const managers = fc.constantFrom<readonly (readonly [string, unknown])[]>(
    [],
    [],
    [],
    [],
    [["/metadata/managedFields", []]],
    [["/metadata/managedFields", [{}]]],
    [["/metadata/managedFields", null]],
  );
  return fc.record({
    verb: fc.constant("update" as const),
    by: manager,
    set: fc.tuple(kind.part, managers).map(([part, dropped]) => [...pointers(part), ...dropped]),
    stale: rarely,
    dryRun: rarely,
  });
}

/** The fields of a part two levels deep, by their pointers. */
function pointers(part: Fields): readonly (readonly [string, unknown])[] {
  return Object.entries(part).flatMap(([key, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([inner, item]): [string, unknown] => [`/${key}/${inner}`, item])
      : [[`/${key}`, value] as [string, unknown]],
  );
}

function statusStep(status: fc.Arbitrary<unknown>): fc.Arbitrary<Step> {
  const subresource = fc.constant("status");
  return fc.oneof(
    fc.record({
      verb: fc.constant("update" as const),
      by: manager,
      subresource,
      set: status.map((value): readonly (readonly [string, unknown])[] => [["/status", value]]),
    }),
    fc.record({
      verb: fc.constant("patch" as const),
      by: manager,
      subresource,
      type: fc.constant("merge" as const),
      body: status.map((value) => ({ status: value })),
    }),
    fc.record({
      verb: fc.constant("apply" as const),
      by: manager,
      subresource,
      object: status.map((value) => ({ status: value })),
      force: fc.boolean(),
    }),
  );
}

const replicas = fc.integer({ min: 0, max: 4 });
const subresource = fc.constant("scale");

const scaleStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    verb: fc.constant("update" as const),
    by: manager,
    subresource,
    set: replicas.map((value): readonly (readonly [string, unknown])[] => [["/spec/replicas", value]]),
  }),
  fc.record({
    verb: fc.constant("patch" as const),
    by: manager,
    subresource,
    type: fc.constant("merge" as const),
    body: replicas.map((value) => ({ spec: { replicas: value } })),
  }),
);

/** The object with some of its fields null. */
export function withNulls(object: fc.Arbitrary<Fields>): fc.Arbitrary<unknown> {
  return fc.tuple(object, fc.array(fc.nat({ max: 20 }), { maxLength: 2 })).map(([value, places]) => {
    const copy = structuredClone(value) as Record<string, unknown>;
    const holders: (readonly [Record<string, unknown>, string])[] = [];
    const visit = (holder: Record<string, unknown>) => {
      for (const [key, item] of Object.entries(holder)) {
        holders.push([holder, key]);
        if (typeof item === "object" && item !== null && !Array.isArray(item))
          visit(item as Record<string, unknown>);
      }
    };
    visit(copy);
    for (const place of places) {
      const [holder, key] = holders[place % Math.max(holders.length, 1)] ?? [];
      if (holder !== undefined && key !== undefined) holder[key] = null;
    }
    return copy;
  });
}
