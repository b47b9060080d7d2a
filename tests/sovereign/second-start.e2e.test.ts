import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "./calls.ts";
import { kubernetes } from "./kubernetes.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

/** What a start without changes has no use for, by what its files' URLs have in them. */
const heavy = {
  "the API's server": "/node_modules/fastify/",
  "the description of the API": "/node_modules/@fastify/swagger/",
  "JSON Schema": "/node_modules/ajv/",
  YAML: "/node_modules/yaml/",
  "CEL of dependencies": "/node_modules/@marcbachmann/cel-js/",
  "CEL of Kubernetes": "/core/embedded/kubernetes/machinery/cel/compile.ts",
  "validation of custom objects": "/core/embedded/kubernetes/machinery/custom/validate.ts",
  "validation of definitions": "/core/embedded/kubernetes/machinery/custom/definition/validate.ts",
  "validation of Pods": "/core/embedded/kubernetes/machinery/resources/validate/pod/index.ts",
  "OpenAPI documents of Kubernetes": "/core/embedded/kubernetes/machinery/openapi/documents.ts",
  "streams of containers": "/core/embedded/kubernetes/streams/",
  podman: "/core/embedded/node/podman/host.ts",
  "packing of Blueprints": "/core/blueprint/release/pack.ts",
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "catalyst-second-start-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("loads nothing that only a change or a question needs, and loads it when it is asked", async () => {
  const list = join(folder, "loaded");
  const loaded = () => {
    const files = readFileSync(list, "utf8");
    return Object.entries(heavy).flatMap(([name, part]) => (files.includes(part) ? [name] : []));
  };
  const data = join(folder, "data");
  const environment = {
    LOADED_FILES: list,
    NODE_OPTIONS: `--import=${join(import.meta.dirname, "record-loaded.ts")}`,
  };
  const first = await startSovereign({ data, empty: true });
  await eventually("it is done with its first start", () => isSettled(first));
  await first.stop();
  // at other ports it would have other addresses, which are changes
  const sovereign = await startSovereign({ data, empty: true, environment, ports: first.ports });
  try {
    expect(loaded()).toEqual([]);
    const answer = await fetch(`${sovereign.url}/v1/openapi.json`);
    expect(answer.status).toBe(200);
    expect(loaded()).toEqual(expect.arrayContaining(["the API's server", "the description of the API"]));
  } finally {
    await sovereign.stop();
  }
});

/** Tells whether the Sovereign is done with what it began at its start: nothing is written for two seconds. */
async function isSettled(sovereign: Sovereign): Promise<boolean> {
  const revision = async () => {
    const { text } = await kubernetes(sovereign, "/api/v1/namespaces", sovereign.token());
    return (JSON.parse(text) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
  };
  const before = await revision();
  await sleep(2000);
  return (await revision()) === before;
}
