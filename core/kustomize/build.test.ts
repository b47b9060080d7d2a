import { isCatalystError } from "@catalyst/base/errors";
import { describe, expect, it } from "vitest";
import {
  type BuildOptions,
  buildKustomization,
  buildKustomizationInTurns,
  documentCache,
  fileTree,
  printResources,
} from "./index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const tree = (files: Record<string, string>) =>
  fileTree(new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)])));

const named = (kind: string, name: string, apiVersion = "v1") =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;

const build = (files: Record<string, string>, options: Partial<BuildOptions> = {}) =>
  buildKustomization({ files: tree(files), path: "", ...options });

const names = (files: Record<string, string>, options: Partial<BuildOptions> = {}) =>
  build(files, options).objects.map((object) => object.metadata.name);

function failure(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isCatalystError(error)) return { code: error.code, place: error.place };
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("buildKustomization", () => {
  it("reads files and folders in the order they are listed", () => {
    const files = {
      "kustomization.yaml": "resources: [b.yaml, base]\n",
      "b.yaml": named("Thing", "b"),
      "base/kustomization.yml": "resources: [a.yaml]\n",
      "base/a.yaml": named("Thing", "a"),
    };
    expect(names(files, { order: "fifo" })).toEqual(["b", "a"]);
  });

  it("takes a list for its items", () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n`;
    expect(names({ "kustomization.yaml": "resources: [l.yaml]\n", "l.yaml": list })).toEqual(["s"]);
  });

  it("reads plain scalars as Kustomize does", () => {
    const files = {
      "kustomization.yaml": "resources: [c.yaml]\n",
      "c.yaml": `${named("Thing", "c")}spec: {answer: yes, mode: 0755, day: 2020-01-02, count: 1_000}\n`,
    };
    expect(build(files).objects[0]?.["spec"]).toEqual({
      answer: "yes",
      mode: 493,
      day: "2020-01-02T00:00:00Z",
      count: 1000,
    });
  });

  it.each<[string, Record<string, string>, string, object]>([
    [
      "a field nobody knows",
      { "kustomization.yaml": "resources: []\nfoo: 1\n" },
      "kustomize-invalid",
      { file: "kustomization.yaml", line: 2, field: "foo" },
    ],
    [
      "a missing file",
      { "kustomization.yaml": "resources: [a.yaml]\n" },
      "kustomize-file-missing",
      { file: "kustomization.yaml", field: "resources[0]" },
    ],
    [
      "an object without a kind",
      { "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": "\napiVersion: v1\n" },
      "kustomize-resource-invalid",
      { file: "a.yaml", line: 2, field: "kind" },
    ],
    [
      "an object that is there twice",
      {
        "kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
        "a.yaml": named("Thing", "x"),
        "b.yaml": named("Thing", "x"),
      },
      "kustomize-duplicate",
      { file: "kustomization.yaml", field: "resources[1]" },
    ],
    [
      "a folder that includes itself",
      {
        "a/kustomization.yaml": "resources: [../b]\n",
        "b/kustomization.yaml": "resources: [../a]\n",
        "kustomization.yaml": "resources: [a]\n",
      },
      "kustomize-cycle",
      { file: "b/kustomization.yaml", field: "resources[0]" },
    ],
  ])("refuses %s, naming file and field", (_name, files, code, place) => {
    const found = failure(() => build(files));
    expect(found.code).toBe(code);
    expect(found.place).toMatchObject(place);
  });

  it.each(["../../etc/passwd", "/etc/passwd", "a/../../b.yaml"])(
    "security case 12: refuses the path %s, which leaves the root",
    (path) => {
      const files = { "kustomization.yaml": `resources: ["${path}"]\n` };
      expect(failure(() => build(files)).code).toBe("kustomize-path-escape");
    },
  );

  it("security case 12: refuses to build a folder outside the root", () => {
    expect(failure(() => build({}, { path: "../outside" })).code).toBe("kustomize-path-escape");
  });

  it.each([
    "https://example.org/base?ref=v1",
    "git@example.org:org/repo.git",
    "github.com/org/repo//base",
    "ssh://example.org/x",
    "file:///etc",
  ])("security case 13: never fetches the remote base %s", (entry) => {
    const files = { "kustomization.yaml": `resources: ["${entry}"]\n` };
    expect(failure(() => build(files)).code).toBe("kustomize-remote-refused");
  });

  it("takes what looks like a repository for a file where there is one", () => {
    const name = (text: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${text}}}\n`;
    const files = {
      "kustomization.yaml": "resources: ['a:b.yaml', 'git@host:c.yaml', github.com/d]\n",
      "a:b.yaml": name("one"),
      "git@host:c.yaml": name("two"),
      "github.com/d/kustomization.yaml": "resources: [d.yaml]\n",
      "github.com/d/d.yaml": name("three"),
    };
    expect(build(files).objects.map(({ metadata }) => metadata.name)).toEqual(["one", "three", "two"]);
  });
});

describe("what a kustomization may name", () => {
  const files = {
    "app/kustomization.yaml": "resources: [../other.yaml]\n",
    "other.yaml": named("Thing", "other"),
  };

  it("is files in and below its own folder", () => {
    expect(failure(() => build(files, { path: "app" }))).toMatchObject({
      code: "kustomize-path-escape",
      place: { file: "app/kustomization.yaml", field: "resources[0]" },
    });
  });

  it("is any file of the tree where that is allowed", () => {
    expect(names(files, { path: "app", restriction: "root" })).toEqual(["other"]);
  });

  it.each([
    ["a patch", 'patches: [{path: "../../x", target: {kind: Thing}}]'],
    ["a generator's file", 'configMapGenerator: [{name: a, files: ["k=../../x"]}]'],
    ["a generator's variables", 'configMapGenerator: [{name: a, envs: ["/etc/passwd"]}]'],
    ["a configuration", 'configurations: ["../../x"]'],
    ["a definition", 'crds: ["../../x"]'],
    ["a schema", 'openapi: {path: "../../x"}'],
    ["a replacement", 'replacements: [{path: "../../x"}]'],
    ["a transformer", 'transformers: ["../../x"]'],
    ["a component", 'components: ["../../x"]'],
  ])("security case 12: is never outside the tree: %s", (_name, text) => {
    const outside = { "a/kustomization.yaml": `${text}\n` };
    expect(failure(() => build(outside, { path: "a", restriction: "root" })).code).toBe(
      "kustomize-path-escape",
    );
  });

  it.each([
    ["a patch", "patches: [{path: 'https://example.org/x', target: {kind: Thing}}]"],
    ["a generator's file", "configMapGenerator: [{name: a, files: ['k=http://169.254.169.254/x']}]"],
    ["a schema", "openapi: {path: 'https://example.org/x'}"],
    ["a component", "components: ['https://example.org/x']"],
    ["a transformer", "transformers: ['https://example.org/x']"],
  ])("security case 13: is never remote: %s", (_name, text) => {
    expect(failure(() => build({ "kustomization.yaml": `${text}\n` })).code).toBe("kustomize-remote-refused");
  });

  it.each([
    ["exec", 'metadata: {name: a, annotations: {config.kubernetes.io/function: "exec: {path: ./run}"}}'],
    [
      "a container",
      'metadata: {name: a, annotations: {config.kubernetes.io/function: "container: {image: x}"}}',
    ],
    ["a program of its own", "metadata: {name: a}"],
  ])("security case 14: is never run: %s", (_name, metadata) => {
    const plugin = `apiVersion: example.org/v1\nkind: Own\n${metadata}\n`;
    const written = { "kustomization.yaml": "transformers: [p.yaml]\n", "p.yaml": plugin };
    expect(failure(() => build(written)).code).toBe("kustomize-plugin-refused");
  });
});

describe("hostile input", () => {
  it("security case 9: folders that multiply objects end the build", () => {
    const files: Record<string, string> = {
      "0/kustomization.yaml": "resources: [a.yaml]\n",
      "0/a.yaml": named("Thing", "a"),
    };
    for (let level = 1; level <= 20; level++) {
      files[`${level}/kustomization.yaml`] = `resources: [../${level}-one, ../${level}-two]\n`;
      files[`${level}-one/kustomization.yaml`] = `namePrefix: a-\nresources: [../${level - 1}]\n`;
      files[`${level}-two/kustomization.yaml`] = `namePrefix: b-\nresources: [../${level - 1}]\n`;
    }
    expect(failure(() => build(files, { path: "20" })).code).toBe("kustomize-too-large");
  });

  it.each([
    ["more often than can be kept", 1_200, "a"],
    ["to a name longer than any", 3, "a".repeat(10_000)],
  ])("refuses components that rename an object %s", (_what, count, prefix) => {
    const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
    const files = {
      "kustomization.yaml": `resources: [a.yaml]\ncomponents: [${Array(count).fill("c").join(", ")}]\n`,
      "a.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n",
      "c/kustomization.yaml": `${component}namePrefix: ${prefix}\n`,
    };
    expect(failure(() => build(files)).code).toBe("kustomize-too-large");
  });

  it("security case 9: replacements that double an object end the build", () => {
    const doubling = Array.from(
      { length: 40 },
      (_none, index) =>
        `- source: {kind: Thing, name: a, fieldPath: spec}\n  targets:\n  - select: {kind: Thing}\n` +
        `    fieldPaths: [spec.x${index}]\n    options: {create: true}\n`,
    );
    const files = {
      "kustomization.yaml": `resources: [a.yaml]\nreplacements:\n${doubling.join("")}`,
      "a.yaml": `${named("Thing", "a")}spec: {x: y}\n`,
    };
    expect(failure(() => build(files)).code).toBe("kustomize-too-large");
  });

  it("security case 9: replacements that put a text into itself end the build", () => {
    const doubling =
      "- source: {kind: Thing, name: a, fieldPath: spec}\n  targets:\n  - select: {kind: Thing}\n" +
      "    fieldPaths: [spec]\n    options: {delimiter: ',', index: -1}\n";
    const files = {
      "kustomization.yaml": `resources: [a.yaml]\nreplacements:\n${doubling.repeat(60)}`,
      "a.yaml": `${named("Thing", "a")}spec: x\n`,
    };
    expect(failure(() => build(files)).code).toBe("kustomize-too-large");
  });

  const manyObjects = (count: number) =>
    Array.from({ length: count }, (_none, index) => named("Thing", `some-object-${index}`)).join("---\n");
  // It is compiled in a second, and takes a fifth of one for each text: without a limit a build would take minutes.
  const evil = `${"(a|b|.*)".repeat(20_000)}N*`;
  const often = Array.from({ length: 10_000 }, (_none, index) => index);

  it.each<[string, Record<string, string>]>([
    [
      "a target's pattern",
      {
        "kustomization.yaml": `resources: [all.yaml]\npatches:\n- target: {name: "${evil}"}\n  patch: '[{"op": "remove", "path": "/x"}]'\n`,
        "all.yaml": manyObjects(1500),
      },
    ],
    [
      "an image's pattern",
      {
        "kustomization.yaml": `resources: [all.yaml]\nimages:\n- {name: "${evil}", newTag: x}\n`,
        "all.yaml": `${named("Thing", "a")}spec:\n  containers:\n${often.map((index) => `  - {image: some-image-${index}}\n`).join("")}`,
      },
    ],
    [
      "replacements within a text",
      {
        "kustomization.yaml": `resources: [all.yaml]\nreplacements:\n- sourceValue: x\n  targets:\n  - select: {kind: Thing}\n    fieldPaths:\n${often.map((index) => `    - spec.k${index}\n`).join("")}`,
        "all.yaml": `${named("Thing", "a")}spec: |\n${often.map((index) => `  k${index}: v\n`).join("")}`,
      },
    ],
  ])("security case 9: what takes too long ends the build: %s", (_what, files) => {
    expect(failure(() => build(files, { milliseconds: 2000 })).code).toBe("kustomize-too-large");
  });

  it("security case 9: definitions that refer to each other twice end the build", () => {
    const definition =
      "a.Thing: {Schema: {properties: {kind: {}, apiVersion: {}, metadata: {}, x: {$ref: a.Thing}, y: {$ref: a.Thing}}}}\n";
    const files = { "kustomization.yaml": "crds: [a.yaml]\nnamePrefix: a-\n", "a.yaml": definition };
    expect(failure(() => build(files))).toEqual({ code: "kustomize-too-large", place: { file: "a.yaml" } });
  });

  it("many subjects of a role binding are looked up in little time", () => {
    const all = Array.from({ length: 2000 }, (_none, index) => index);
    const subjects = all.map((index) => `- {kind: ServiceAccount, name: s${index}, namespace: n${index}}\n`);
    const accounts = all.map(
      (index) =>
        `---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s${index}, namespace: n${index}}\n`,
    );
    const binding = named("RoleBinding", "r", "rbac.authorization.k8s.io/v1");
    const files = {
      "kustomization.yaml": "namePrefix: p-\nresources: [a.yaml]\n",
      "a.yaml": `${binding}subjects:\n${subjects.join("")}${accounts.join("")}`,
    };
    const found = build(files).objects.find(({ kind }) => kind === "RoleBinding");
    expect(found?.["subjects"]).toEqual(
      all.map((index) => ({ kind: "ServiceAccount", name: `p-s${index}`, namespace: `n${index}` })),
    );
  });

  it("a long selector is read in little time", () => {
    const labels = Array.from({ length: 100_000 }, (_none, index) => `!a${index}`).join(",");
    const files = {
      "kustomization.yaml": `resources: [a.yaml]\npatches:\n- target: {labelSelector: "${labels},b notin (c, d)"}\n  patch: '[{"op": "add", "path": "/x", "value": 1}]'\n`,
      "a.yaml": named("Thing", "a"),
    };
    expect(build(files).text()).toContain("x: 1\n");
  });

  it("security case 10: __proto__ is a name like any other", () => {
    const files = {
      "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\ncommonLabels: {__proto__: x}\n",
      "a.yaml": `${named("Thing", "a")}spec: {__proto__: {polluted: true}}\n`,
      "p.yaml": `${named("Thing", "a")}spec: {__proto__: {more: true}, constructor: 1}\n`,
    };
    expect(build(files).text()).toContain("  __proto__:\n    more: true\n    polluted: true\n");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("security case 25: a secret's text is in no error", () => {
    const files = { "kustomization.yaml": "secretGenerator: [{name: s, literals: [hunter2]}]\n" };
    let message = "";
    try {
      build(files);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain("key=value");
    expect(message).not.toContain("hunter2");
  });
});

describe("an overlay", () => {
  it("takes the place of the namespace, changes images and adds patches", () => {
    const pod = `${named("Pod", "p")}spec: {containers: [{name: c, image: "i:1"}]}\n`;
    const files = { "kustomization.yaml": "resources: [p.yaml]\nnamespace: own\n", "p.yaml": pod };
    const patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\n";
    const overlay = { namespace: "other", images: [{ name: "i", newTag: "2" }], patches: [{ patch }] };
    expect(build(files, { overlay }).objects).toMatchObject([
      { metadata: { namespace: "other", labels: { a: "b" } }, spec: { containers: [{ image: "i:2" }] } },
    ]);
  });
});

describe("a folder without a kustomization", () => {
  const files = {
    "apps/b/application.yaml": named("Application", "b"),
    "apps/a/application.yml": named("Application", "a"),
    "apps/c/kustomization.yaml": "resources: [listed.yaml]\n",
    "apps/c/listed.yaml": named("Application", "c"),
    "apps/c/unlisted.yaml": named("Application", "unlisted"),
    "apps/readme.md": "no manifest",
    "other/x.yaml": named("Application", "x"),
  };

  it("is every YAML file below it, and of a folder with a kustomization what that lists", () => {
    expect(names(files, { path: "./apps", scan: true, order: "fifo" })).toEqual(["a", "b", "c"]);
  });

  it("is refused unless asked for", () => {
    expect(failure(() => build(files, { path: "apps" })).code).toBe("kustomize-missing");
  });

  it("parses only what changed since the last build", () => {
    const documents = documentCache();
    const before = build(files, { path: "apps", scan: true, documents }).objects;
    const changed = { ...files, "apps/b/application.yaml": named("Application", "b", "v2") };
    const after = build(changed, { path: "apps", scan: true, documents }).objects;
    expect(after.filter((object) => !before.includes(object)).map((object) => object.metadata.name)).toEqual([
      "b",
    ]);
  });
});

describe("a build in turns", () => {
  const stream = Array.from({ length: 500 }, (_, index) => named("Thing", `t${index}`)).join("---\n");
  const files = {
    "kustomization.yaml": "namePrefix: p-\nresources: [all.yaml]\n",
    "all.yaml": stream,
  };

  it("lets others work between its pieces, and gives what a build at once gives", async () => {
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const built = await buildKustomizationInTurns({ files: tree(files), path: "" });
    isOver = true;
    expect(turns).toBeGreaterThan(5);
    expect(built.objects).toEqual(build(files).objects);
    expect(await printResources(built.objects)).toBe(build(files).text());
  });

  it("hands over the same objects for files that didn't change", async () => {
    const documents = documentCache();
    const plain = { ...files, "kustomization.yaml": "resources: [all.yaml, other.yaml]\n" };
    const first = { ...plain, "other.yaml": named("Thing", "other") };
    const second = { ...plain, "other.yaml": `${named("Thing", "other")}spec: 1\n` };
    const before = await buildKustomizationInTurns({ files: tree(first), path: "", documents });
    const after = await buildKustomizationInTurns({ files: tree(second), path: "", documents });
    const changed = after.objects.filter((object) => !before.objects.includes(object));
    expect(changed.map((object) => object.metadata.name)).toEqual(["other"]);
  });

  it("is refused as a build at once is", async () => {
    const broken = { "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": "a: [\n" };
    await expect(buildKustomizationInTurns({ files: tree(broken), path: "" })).rejects.toMatchObject({
      code: "yaml-invalid",
      place: { file: "a.yaml" },
    });
  });
});
