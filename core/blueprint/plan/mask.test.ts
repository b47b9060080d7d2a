import type { KubeObject } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { printMasked as print, secretMask } from "./mask.ts";
import { objectChanges } from "./objects.ts";

const value = "hunter2hunter2";
const base64 = (text: string) => Buffer.from(text).toString("base64");

function object(kind: string, name: string, fields: object): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name }, ...fields } as KubeObject;
}

const printMasked = (objects: KubeObject[], secretTexts: string[] = []) => print({ objects, secretTexts });

describe("what is printed of a render", () => {
  it.each<[string, KubeObject]>([
    ["data", object("Secret", "s", { data: { any: base64(value) } })],
    ["stringData", object("Secret", "s", { stringData: { any: value } })],
    ["data that is no map", object("Secret", "s", { stringData: value, data: [base64(value)] })],
    [
      "a Secret within a list",
      object("List", "l", { items: [object("Secret", "s", { stringData: { any: value } })] }),
    ],
    [
      "a list within a list",
      object("List", "l", {
        items: [object("List", "m", { items: [object("Secret", "s", { data: { k: base64(value) } })] })],
      }),
    ],
    [
      "kubectl's copy of a Secret",
      object("Secret", "s", {
        metadata: {
          name: "s",
          annotations: {
            "kubectl.kubernetes.io/last-applied-configuration": `{"stringData":{"any":"${value}"}}`,
          },
        },
      }),
    ],
  ])("holds no secret value: %s", (_what, secret) => {
    const printed = printMasked([secret]);
    expect(printed).toContain("(secret)");
    expect(printed).not.toContain(value);
    expect(printed).not.toContain(base64(value));
  });

  it.each<[string, KubeObject]>([
    ["of data", object("Secret", "s", { data: { "admin-password": base64(value) } })],
    ["of stringData", object("Secret", "s", { stringData: { adminPassword: value } })],
  ])("holds no copy of a password either: %s", (_what, secret) => {
    const config = object("ConfigMap", "c", {
      data: {
        url: `mysql://root:${value}@db`,
        encoded: base64(value),
        other: "kept",
        [value]: "a",
        [base64(value)]: "b",
      },
      list: [{ env: value, [`of-${value}`]: 1 }],
    });
    const printed = printMasked([config, secret]);
    expect(printed).not.toContain(value);
    expect(printed).not.toContain(base64(value));
    expect(printed).toContain("mysql://root:(secret)@db");
    expect(printed).toContain("kept");
  });

  it("holds no copy of a password in the keys of another Secret or of its own", () => {
    const secret = object("Secret", "s", { stringData: { password: value, [`user-${value}`]: "x" } });
    const other = object("Secret", "t", { data: { [value]: base64("x") } });
    const printed = printMasked([secret, other]);
    expect(printed).not.toContain(value);
    expect(printed).toContain("user-(secret): (secret)\n");
  });

  it("tells keys apart that are hidden", () => {
    const secret = object("Secret", "s", { stringData: { password: value, token: `${value}2` } });
    const config = object("ConfigMap", "c", { data: { [value]: "a", [`${value}2`]: "b" } });
    const printed = printMasked([secret, config]);
    expect(printed).toContain("a\n");
    expect(printed).toContain("b\n");
  });

  it("holds nothing of a Secret that was looked up, wherever the chart put it", () => {
    const config = object("ConfigMap", "c", { data: { [`key-${value}`]: `a ${base64(value)}` } });
    expect(printMasked([config], [value])).toContain("key-(secret): a (secret)\n");
  });

  it("leaves what is no secret where a Secret holds it too", () => {
    const secret = object("Secret", "s", { stringData: { username: "wordpress", token: "short" } });
    const config = object("ConfigMap", "c", { data: { user: "wordpress", note: "short" } });
    expect(printMasked([secret, config])).toContain("user: wordpress\n");
    expect(printMasked([secret, config])).toContain("note: short\n");
  });

  it("hides the whole of a value that begins with another", () => {
    const secret = object("Secret", "s", { stringData: { password: value, token: `${value}-more` } });
    const config = object("ConfigMap", "c", { data: { a: `${value}-more` } });
    expect(printMasked([secret, config])).toContain("a: (secret)\n");
  });
});

describe("what differs between two renders", () => {
  const change = (before: KubeObject[], after: KubeObject[]) =>
    objectChanges({
      application: "a",
      before: { objects: before, secretTexts: [] },
      after: { objects: after, secretTexts: [] },
    });

  it("is told by field, items of a list by their names", () => {
    const deployment = (image: string, extra: object[], env: string) =>
      object("Deployment", "d", {
        spec: {
          template: {
            spec: { containers: [...extra, { name: "web", image, env: [{ name: "A", value: env }] }] },
          },
        },
      });
    const [changed] = change([deployment("web:1", [], "x")], [deployment("web:2", [{ name: "side" }], "y")]);
    expect(changed?.fields).toEqual([
      { field: "spec.template.spec.containers[side].name", after: "side" },
      { field: "spec.template.spec.containers[web].env[A].value", before: "x", after: "y" },
      { field: "spec.template.spec.containers[web].image", before: "web:1", after: "web:2" },
    ]);
  });

  it("says that a secret value changed, came or went, and not what it is", () => {
    const secret = (stringData: object) => object("Secret", "s", { stringData });
    const [changed] = change(
      [secret({ a: value, same: value, gone: value })],
      [secret({ a: `${value}!`, same: value, come: value })],
    );
    expect(changed?.fields).toEqual([
      { field: "stringData.a", before: "(secret)", after: "(secret, changed)" },
      { field: "stringData.come", after: "(secret)" },
      { field: "stringData.gone", before: "(secret)" },
    ]);
    expect(JSON.stringify(changed)).not.toContain(value);
  });

  it("says so of a Secret within a list, wherever in it that is", () => {
    const secret = (name: string, text: string) => object("Secret", name, { stringData: { any: text } });
    const list = (...items: KubeObject[]) => object("List", "l", { items });
    const [changed] = change(
      [list(secret("a", value), secret("b", value))],
      [list(secret("b", value), secret("a", `${value}!`))],
    );
    expect(changed?.diff).toContain("(secret, changed)");
    expect(JSON.stringify(changed)).not.toContain(value);
  });

  it("hides copies of a password that only one side's Secret keeps", () => {
    const config = (text: string) => object("ConfigMap", "c", { data: { dsn: text } });
    const changes = change(
      [config(value)],
      [config("file:/dsn"), object("Secret", "s", { stringData: { password: value } })],
    );
    expect(JSON.stringify(changes)).not.toContain(value);
    expect(changes[0]?.fields).toEqual([{ field: "data.dsn", before: "(secret)", after: "file:/dsn" }]);
  });

  it("is the beginning of a long text, and nothing for what is new", () => {
    const config = (text: string) => object("ConfigMap", "c", { data: { text } });
    const [changed] = change([config("x".repeat(1000))], [config("y".repeat(1000))]);
    expect(changed?.fields).toEqual([
      { field: "data.text", before: `${"x".repeat(200)}…`, after: `${"y".repeat(200)}…` },
    ]);
    expect(change([], [config("x")])[0]?.fields).toEqual([]);
  });
});

describe("a mask", () => {
  it("leaves the objects as they are", () => {
    const secret = object("Secret", "s", { stringData: { password: value } });
    const before = structuredClone(secret);
    secretMask([secret])({ before: undefined, after: secret });
    expect(secret).toEqual(before);
  });
});
