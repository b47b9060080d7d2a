import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ListeningServer, openServer } from "@catalyst/adapter-http";
import { rfc3339, systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import {
  helmSecret,
  openRecoveryCluster,
  type RecoveryCluster,
  ready,
  snapshot,
  stuckRelease,
} from "@catalyst/controllers/release-recovery/testing";
import type { Handler } from "@catalyst/ports/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { main } from "../cli/main.ts";
import { commandTable } from "../cli/table.ts";

let folder: string;
let cluster: RecoveryCluster;
let server: ListeningServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "catalyst-recover-"));
  cluster = await openRecoveryCluster();
  server = await serve(cluster.kubernetes.handler);
});
afterEach(async () => {
  await server.close();
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(handler: Handler): Promise<ListeningServer> {
  const opened = await openServer(handler, { logger: silentLogger });
  const user = { name: "admin", user: { token: "token-of-the-admin" } };
  writeFileSync(
    join(folder, "config"),
    JSON.stringify({
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "admin" } }],
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${opened.port}` } }],
      users: [user],
    }),
  );
  return opened;
}

async function recover(...words: string[]) {
  let stdout = "";
  let stderr = "";
  const exit = await main({
    table: commandTable,
    words: ["recover", "releases", ...words],
    folder,
    environment: {},
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exit, stdout, stderr };
}

const once = (...words: string[]) => recover("--once", "--kubeconfig", "config", ...words);
const tenMinutesAgo = () => rfc3339(systemClock.now() - 600_000);
const lost = () => ({ history: [snapshot()], conditions: [ready("Unknown", tenMinutesAgo())] });

test("corrects what is stuck, tells of it line by line, and counts it", async () => {
  await cluster.put(stuckRelease({ status: lost() }));
  const { exit, stdout } = await once("--metrics", "metrics.prom");
  const [first, second, last, ...rest] = stdout.trim().split("\n");
  expect(exit).toBe(0);
  expect(first).toMatch(/^stuck-hr-recovery detected shop\/site branch=B /);
  expect(second).toMatch(/^stuck-hr-recovery corrected shop\/site branch=B /);
  expect(last).toBe(
    "stuck-hr-recovery done releases=1 detected=1 corrected=1 skipped=0 failed=0 halted=false",
  );
  expect(rest).toEqual([]);
  const condition = (await cluster.get()).status?.conditions?.[0];
  expect(condition?.message).toBe(
    "auto-corrected from deployed-but-unknown-Ready by stuck-hr-recovery (TBD-A66)",
  );
  expect(readFileSync(join(folder, "metrics.prom"), "utf8")).toContain(
    'catalyst_release_recovery_total{outcome="corrected",branch="B"} 1\n',
  );
});

test("with --dry-run says what it would do", async () => {
  const before = await cluster.put(stuckRelease({ status: lost() }));
  const { exit, stdout } = await once("--dry-run");
  expect(exit).toBe(0);
  expect(stdout).toContain("stuck-hr-recovery would-correct shop/site branch=B ");
  expect(await cluster.get()).toEqual(before);
});

test("in JSON, one document", async () => {
  await cluster.put(stuckRelease({ status: lost() }));
  const { stdout } = await once("--output", "json", "--dry-run");
  expect(JSON.parse(stdout)).toMatchObject({
    detected: 1,
    halted: false,
    entries: [
      { entry: "detected", namespace: "shop", name: "site", branch: "B" },
      { entry: "would-correct", namespace: "shop", name: "site", action: "correct-ready" },
    ],
  });
});

test("ends with exit 1 when more are stuck than it acts on", async () => {
  await cluster.put(stuckRelease({ status: lost() }));
  await cluster.put(stuckRelease({ metadata: { name: "two" }, status: lost() }));
  const { exit, stdout } = await once("--limit", "1");
  expect(exit).toBe(1);
  expect(stdout).toMatch(/^stuck-hr-recovery halted shop\/\S+ candidates=2 limit=1: /m);
});

test("resumes a release within its pause of five seconds", async () => {
  await cluster.put(stuckRelease({ status: { ...lost(), history: [] } }));
  const { metadata, ...secret } = helmSecret("pending-install");
  await cluster.store({
    ...secret,
    metadata: { ...metadata, labels: { ...metadata.labels, createdAt: "1" } },
  });
  const { exit } = await once();
  expect(exit).toBe(0);
  const { spec, metadata: after } = await cluster.get();
  expect({ suspend: spec.suspend, generation: after.generation }).toEqual({ suspend: false, generation: 3 });
});

describe("what can't be done is one sentence, and nothing is touched", () => {
  const lines = (text: string) => text.trim().split("\n").length;

  test.each([
    ["without --once", [], 2, "say --once"],
    ["a threshold that is none", ["--once", "--threshold", "soon"], 2, "--threshold is a duration"],
    ["a threshold of nothing", ["--once", "--threshold", "0s"], 2, "--threshold is a duration"],
    ["a limit of nothing", ["--once", "--limit", "0"], 2, "--limit is a number from 1 to 10"],
    ["a limit above what one run may act on", ["--once", "--limit", "11"], 2, "from 1 to 10"],
    ["a limit that is no number", ["--once", "--limit", "1e1"], 2, 'from 1 to 10, not "1e1"'],
    ["a limit that looks like an option", ["--once", "--limit", "-1"], 2, "use '--limit=-XYZ'"],
    ["a limit below nothing", ["--once", "--limit=-1"], 2, "from 1 to 10"],
    ["a kubeconfig without a name", ["--once", "--kubeconfig", ""], 2, "--kubeconfig names a file"],
    ["a folder as kubeconfig", ["--once", "--kubeconfig", "."], 3, "it is a folder"],
    [
      "metrics into a folder",
      ["--once", "--kubeconfig", "config", "--metrics", "."],
      3,
      "nothing was touched",
    ],
    ["no kubeconfig and no cluster", ["--once"], 3, "there is no kubeconfig"],
    ["a kubeconfig that isn't there", ["--once", "--kubeconfig", "lost"], 3, "there is no such file"],
    [
      "a context that isn't there",
      ["--once", "--kubeconfig", "config", "--context", "x"],
      3,
      'no context "x"',
    ],
  ])("%s", async (_, words, exit, sentence) => {
    const said = await recover(...words);
    expect(said).toMatchObject({ exit, stdout: "" });
    expect(said.stderr).toContain(sentence);
    expect(lines(said.stderr)).toBe(1);
  });

  test("nobody answers", async () => {
    const closed = createServer();
    await new Promise<void>((done) => closed.listen(0, "127.0.0.1", done));
    const { port } = closed.address() as { port: number };
    await new Promise((done) => closed.close(done));
    const text = readFileSync(join(folder, "config"), "utf8");
    writeFileSync(join(folder, "config"), text.replace(`:${server.port}`, `:${port}`));
    const { exit, stderr } = await once();
    expect(exit).toBe(3);
    expect(stderr).toContain(`no answer from http://127.0.0.1:${port}`);
    expect(lines(stderr)).toBe(1);
  });

  test.each([
    ["a page of a web server", { headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" }],
    ["a document that is no list", { headers: { "content-type": "application/json" }, body: "{}" }],
  ])("what answers is no API server: %s", async (_, { headers, body }) => {
    await server.close();
    server = await serve(async () => ({ status: 200, headers, body: Buffer.from(body) }));
    const { exit, stdout, stderr } = await once();
    expect({ exit, stdout, lines: lines(stderr) }).toEqual({ exit: 3, stdout: "", lines: 1 });
    expect(stderr).toContain("what answered is no Kubernetes API server");
  });

  test("what answers has an error of its own, on several lines", async () => {
    await server.close();
    server = await serve(async () => ({ status: 500, headers: {}, body: Buffer.from("<html>\nbroken\n") }));
    const { exit, stderr } = await once();
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: "catalyst: <html> broken\n" });
  });

  test("a token that nobody knows", async () => {
    const text = readFileSync(join(folder, "config"), "utf8");
    writeFileSync(join(folder, "config"), text.replace("token-of-the-admin", "of-nobody"));
    const { exit, stderr } = await once();
    expect({ exit, lines: lines(stderr) }).toEqual({ exit: 3, lines: 1 });
    expect(stderr).toContain("Unauthorized");
  });

  test("a user without rights: which rule is missing", async () => {
    const text = readFileSync(join(folder, "config"), "utf8");
    writeFileSync(join(folder, "config"), text.replace("token-of-the-admin", "token-of-the-guest"));
    const { exit, stderr } = await once();
    expect({ exit, lines: lines(stderr) }).toEqual({ exit: 1, lines: 1 });
    expect(stderr).toContain("helm.toolkit.fluxcd.io helmreleases: get, list, watch, patch");
  });

  test("a cluster without Flux", async () => {
    await server.close();
    await cluster.close();
    cluster = await openRecoveryCluster([]);
    server = await serve(cluster.kubernetes.handler);
    const { exit, stderr } = await once();
    expect({ exit, lines: lines(stderr) }).toEqual({ exit: 3, lines: 1 });
    expect(stderr).toContain("the cluster serves no helmreleases");
  });

  test.each([
    ["ahead", -300_000, "5m0s ahead of"],
    ["behind", 300_000, "behind"],
  ])("a clock that is %s", async (_, difference, words) => {
    const before = await cluster.put(stuckRelease({ status: lost() }));
    await server.close();
    server = await serve(async (request) => {
      const response = await cluster.kubernetes.handler(request);
      const date = new Date(systemClock.now() + difference).toUTCString();
      return { ...response, headers: { ...response.headers, date } };
    });
    const { exit, stderr } = await once();
    expect({ exit, lines: lines(stderr) }).toEqual({ exit: 3, lines: 1 });
    expect(stderr).toContain(words);
    expect(stderr).toContain("nothing was touched");
    expect(await cluster.get()).toEqual(before);
  });
});
