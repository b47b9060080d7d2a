import { describe, expect, it, vi } from "vitest";
import { buildKustomization, fileTree } from "../index.ts";
import { Item } from "../objects/item.ts";

const named = (kind: string, name: string) => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;

function build(files: Record<string, string>) {
  const bytes = Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
  return buildKustomization({ files: fileTree(new Map(bytes)), path: "" });
}

describe("images", () => {
  const pod = (name: string, ...images: string[]) =>
    `${named("Pod", name)}spec: {containers: [${images.map((image) => `{name: c, image: "${image}"}`)}]}\n`;
  const imagesOf = (files: Record<string, string>) =>
    build(files).objects.map(({ spec }) =>
      (spec as { containers: { image: string }[] }).containers.map(({ image }) => image),
    );

  it("are changed by each entry as the ones before it left them, also those of one text", () => {
    const files = {
      "kustomization.yaml":
        "resources: [base, more.yaml]\nimages: [{name: b, newName: c}, {name: x, newTag: '9'}, {name: c, newName: d, newTag: '2'}]\n",
      "base/kustomization.yaml":
        "resources: [a.yaml]\nimages: [{name: none, newTag: '1'}, {name: a, newName: b}, {name: none, newTag: '2'}]\n",
      "base/a.yaml": `${pod("one", "a:1", "x:1")}---\n${pod("two", "y:1")}`,
      "more.yaml": `${pod("three", "y:1")}---\n${pod("four", "c", "b@sha256:0")}`,
    };
    expect(imagesOf(files)).toEqual([["d:2", "d:2"], ["d:2", "x:9"], ["y:1"], ["y:1"]]);
  });

  it("that no entry means are looked at once in each object, however many entries there are", () => {
    const objects = Array.from({ length: 50 }, (_, index) => pod(`p${index}`, `i${index}:1`));
    const entries = Array.from({ length: 40 }, (_, index) => `{name: i${index}x, newTag: '2'}`);
    const files = {
      "kustomization.yaml": `resources: [p.yaml]\nimages: [${entries}]\n`,
      "p.yaml": objects.join("---\n"),
    };
    const walk = vi.spyOn(Object, "entries");
    build({ ...files, "kustomization.yaml": "resources: [p.yaml]\nimages: [{name: none, newTag: '2'}]\n" });
    const once = walk.mock.calls.length;
    walk.mockClear();
    build(files);
    const often = walk.mock.calls.length;
    walk.mockRestore();
    expect(often).toBeLessThan(2 * once);
  });
});

describe("replacements", () => {
  const many = (count: number) => {
    const objects = Array.from(
      { length: count },
      (_, index) => `${named("ConfigMap", `c${index}`)}data: {a: x${index}, b: y}\n`,
    );
    const entries = objects.map((_, index) =>
      JSON.stringify({
        source: { kind: "ConfigMap", name: `c${index}`, fieldPath: "data.a" },
        targets: [{ select: { kind: "ConfigMap", name: `c${count - 1 - index}` }, fieldPaths: ["data.b"] }],
      }),
    );
    return {
      "kustomization.yaml": `resources: [c.yaml]\nreplacements: [${entries}]\n`,
      "c.yaml": objects.join("---\n"),
    };
  };

  it("find what they name without going through all objects", () => {
    const ids = vi.spyOn(Item.prototype, "ids", "get");
    build(many(40));
    const some = ids.mock.calls.length;
    ids.mockClear();
    const { objects } = build(many(160));
    const more = ids.mock.calls.length;
    ids.mockRestore();
    expect(objects.find(({ metadata }) => metadata.name === "c3")).toMatchObject({
      data: { a: "x3", b: "x156" },
    });
    expect(more).toBeLessThan(6 * some);
  });
});
