import { describe, expect, test } from "vitest";
import type { ResourceKind } from "../kind.ts";
import { builtinKinds } from "../schema/builtin.ts";
import { StatusError } from "../status.ts";
import { countWork } from "../testing/count-work.ts";
import { beginApply } from "./apply.ts";
import { beginCreate, beginPatch } from "./begin.ts";
import { decodeBody } from "./decode.ts";
import { finishCreate } from "./finish.ts";

function kindOf(name: string): ResourceKind {
  const found = builtinKinds().find((kind) => kind.kind === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const configMaps = kindOf("ConfigMap");
const revisions = kindOf("ControllerRevision");
const options = { manager: "m", now: 0 };
const facts = { uid: "u", now: 0, nameSuffix: () => "abcde", namespace: "default" };

async function create(kind: ResourceKind, text: string) {
  const draft = beginCreate(kind, decodeBody(kind, text).object, options);
  return (await finishCreate(kind, draft.object, facts)).object;
}

const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;

describe("hostile bodies", () => {
  test("one nested past all measure is refused", () => {
    const text = `{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"a"},"revision":1,"data":{"a":${deep}}}`;
    expect(() => decodeBody(revisions, text)).toThrow(StatusError);
    expect(() =>
      beginApply(revisions, undefined, JSON.parse(text) as Record<string, unknown>, {
        ...options,
        force: false,
      }),
    ).toThrow(StatusError);
  });

  test("case 10: a key __proto__ or constructor is a key", async () => {
    const stored = await create(
      configMaps,
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"__proto__":"x","constructor":"y"}}',
    );
    expect(Object.entries(stored["data"] as object)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
    const body = JSON.parse('{"data":{"__proto__":"z"},"__proto__":{"immutable":true}}') as unknown;
    const patched = beginPatch(
      configMaps,
      stored,
      { type: "application/merge-patch+json", body },
      options,
    ).object;
    expect(Object.entries(patched["data"] as object)).toContainEqual(["__proto__", "z"]);
    expect(patched["immutable"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["immutable"]).toBeUndefined();
    const applied = JSON.parse(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"__proto__":"w"}}',
    ) as Record<string, unknown>;
    const merged = beginApply(configMaps, stored, applied, { ...options, force: true }).object;
    expect(Object.entries(merged["data"] as object)).toContainEqual(["__proto__", "w"]);
  });

  test("case 25: a Secret's values are in no message", async () => {
    const secrets = kindOf("Secret");
    const text = (data: string) =>
      `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"data":${data}}`;
    for (const data of [
      '{"a":"sekret!!"}',
      '{"bad key":"c2VrcmV0"}',
      '{"a":["sekret"]}',
      '{"a":{"b":"sekret"}}',
    ]) {
      let message = "";
      try {
        await create(secrets, text(data));
      } catch (error) {
        message = JSON.stringify((error as StatusError).toStatus());
      }
      expect(message).not.toBe("");
      expect(message).not.toMatch(/sekret|c2VrcmV0/);
    }
  });

  test("a pull secret nested past all measure, or with a number no float holds, is refused without showing it", async () => {
    const secrets = kindOf("Secret");
    for (const [document, message] of [
      [deep, "invalid character '[' exceeded max depth"],
      ['{"a":123456e999}', "json: cannot unmarshal number into Go value of type float64"],
    ] as const) {
      const data = { ".dockerconfigjson": Buffer.from(document).toString("base64") };
      const type = "kubernetes.io/dockerconfigjson";
      const text = JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, type, data });
      const refused = create(secrets, text);
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.not.toThrow("123456");
    }
  });

  test("objects passed in are not changed by a patch", async () => {
    const stored = await create(configMaps, '{"metadata":{"name":"a","labels":{"a":"b"}},"data":{"a":"b"}}');
    const before = JSON.stringify(stored);
    const patch = { metadata: { labels: { c: "d" } }, data: { a: null } };
    for (const type of ["application/merge-patch+json", "application/strategic-merge-patch+json"] as const) {
      beginPatch(configMaps, stored, { type, body: patch }, options);
    }
    expect(JSON.stringify(stored)).toBe(before);
  });

  test("long lists are patched, applied and checked by work that grows with their length", async () => {
    // Types are read once, by whoever needs them first.
    await longLists(1)();
    const few = await countWork(longLists(1000));
    const many = await countWork(longLists(4000));
    // In squares it would be sixteen times as much.
    expect(many / few).toBeLessThan(5);
  });
});

const env = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `V${index}`, value: "" }));

/** Patches, applies and checks a Deployment whose container has as many variables. */
function longLists(count: number): () => Promise<void> {
  const deployments = kindOf("Deployment");
  const body = (length: number) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a" },
    spec: {
      selector: { matchLabels: { a: "b" } },
      template: {
        metadata: { labels: { a: "b" } },
        spec: { containers: [{ name: "c", image: "i", env: env(length) }] },
      },
    },
  });
  const order = { "$setElementOrder/env": env(count).reverse(), env: env(count), name: "c" };
  const patch = { spec: { template: { spec: { containers: [order] } } } };
  const type = "application/strategic-merge-patch+json";
  return async () => {
    const stored = await create(deployments, JSON.stringify(body(count)));
    const draft = beginPatch(deployments, stored, { type, body: patch }, options);
    const merged = beginApply(deployments, stored, body(count + 1), { ...options, force: true });
    for (const { object } of [draft, merged]) expect(JSON.stringify(object)).toContain(`V${count - 1}`);
  };
}
