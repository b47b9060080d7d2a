import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { type KubernetesServer, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore, type Store } from "@catalyst/embedded-store";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { historiesOf } from "../../core/embedded/kubernetes/histories/arbitrary.ts";
import type { Send } from "../../core/embedded/kubernetes/histories/history.ts";
import { historyKinds } from "../../core/embedded/kubernetes/histories/kinds/index.ts";
import {
  answersTo,
  goldenFile,
  prepare,
  recordedAnswers,
  recordedHistories,
} from "../../core/embedded/kubernetes/histories/recorded.ts";
import { apiClient } from "./api-client.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";

const token = "histories-test";
/** The same histories each time, so that what fails can be looked into. CATALYST_SEED draws others. */
const seed = Number(process.env["CATALYST_SEED"] ?? 1_105_198_141);
const numRuns = Number(process.env["CATALYST_RUNS"] ?? 80);

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver")))("random histories", () => {
  let lab: Lab;
  let folder: string;
  let store: Store;
  let server: KubernetesServer;
  let listening: Awaited<ReturnType<typeof openServer>>;
  let real: Send;
  let ours: Send;

  beforeAll(async () => {
    lab = await startLab(["kube-apiserver"]);
    folder = await mkdtemp(join(tmpdir(), "catalyst-lab-histories-"));
    store = await openStore({ dir: join(folder, "data") });
    const user = { name: "admin", groups: ["system:masters"] };
    server = await openKubernetes({
      store,
      clock: systemClock,
      logger: silentLogger,
      tokens: [{ token, user }],
    });
    listening = await openServer(server.handler, { logger: silentLogger });
    real = sender(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
    ours = sender(`http://127.0.0.1:${listening.port}`, token);
    await prepare(real);
    await prepare(ours);
  });
  afterAll(async () => {
    await listening?.close();
    await server?.close();
    await store?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    await lab?.stop();
  });

  test.each(historyKinds)("of a $place.kind: as recorded", async (kind) => {
    const answers = [];
    for (const [index, history] of recordedHistories(kind).entries())
      answers.push(await answersTo(real, kind, `recorded-${index}`, history));
    if (process.env["CATALYST_REWRITE"] === "1") {
      mkdirSync(new URL(".", goldenFile(kind)), { recursive: true });
      const lines = answers.map((list) => `[\n${list.map((one) => JSON.stringify(one)).join(",\n")}\n]`);
      writeFileSync(goldenFile(kind), `[\n${lines.join(",\n")}\n]\n`);
    }
    expect(answers).toEqual(recordedAnswers(kind));
  });

  test.each(historyKinds)(`of a $place.kind end in the same objects (seed ${seed})`, async (kind) => {
    let count = 0;
    const same = fc.asyncProperty(historiesOf(kind.histories), async (history) => {
      const name = `random-${count++}`;
      const [expected, found] = await Promise.all([
        answersTo(real, kind, name, history),
        answersTo(ours, kind, name, history),
      ]);
      expect(found).toEqual(expected);
    });
    await fc.assert(same, { seed, numRuns });
  });
});

function sender(url: string, administrator: string): Send {
  const client = apiClient(url, administrator);
  return async (method, path, type, body) => {
    const { status, body: answered } = await client({ method, path, type, body });
    const isText = typeof answered === "string";
    return { status, body: isText ? { text: answered } : (answered as Record<string, unknown>) };
  };
}
