import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ListeningServer, openServer } from "@catalyst/adapter-http";
import { rfc3339, systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import {
  openRecoveryCluster,
  type RecoveryCluster,
  ready,
  snapshot,
  stuckRelease,
} from "@catalyst/controllers/release-recovery/testing";
import type { Request } from "@catalyst/ports/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { main } from "../../../../core/apps/embedded/cli/main.ts";
import { portableCommands } from "../../../../core/apps/embedded/cli/portable-commands.ts";
import { at, type Fields, jobPod, named, recoveryName, rendered, roleName } from "./rendering.ts";

const namespace = "flux-system";
const annotation = "stuck-hr-recovery.openova.io/auto-corrected-at";
const phrase = "auto-corrected from deployed-but-unknown-Ready by stuck-hr-recovery (TBD-A66)";

let folder: string;
let cluster: RecoveryCluster;
let server: ListeningServer;
/** `PATCH /apis/…/helmreleases/site/status`: every write that the command sent. */
let writes: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "bp-flux-"));
  cluster = await openRecoveryCluster();
  writes = [];
  const noted = (request: Request) => {
    if (request.method !== "GET") writes.push(`${request.method} ${request.path.replace(/\?.*/, "")}`);
    return cluster.kubernetes.handler(request);
  };
  server = await openServer(noted, { logger: silentLogger });
});
afterEach(async () => {
  await server.close();
  await cluster.close();
  rmSync(folder, { recursive: true });
});

async function create(path: string, object: unknown): Promise<Fields> {
  const answer = await cluster.kubernetes.handler({
    method: "POST",
    path,
    headers: { authorization: "Bearer token-of-the-admin", "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(object)),
  });
  expect(answer.status).toBe(201);
  return answer.json as Fields;
}

/** Installs what the chart gives the recovery, its role without one resource where that is asked for. */
async function install(without?: string): Promise<readonly string[]> {
  const objects = await rendered();
  const role = named(objects, "ClusterRole", roleName);
  const rules = (role["rules"] as readonly Fields[]).filter(
    ({ resources }) => (resources as readonly string[])[0] !== without,
  );
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await create(accounts, named(objects, "ServiceAccount", recoveryName));
  await create(`${rbac}/clusterroles`, { ...role, rules });
  await create(`${rbac}/clusterrolebindings`, named(objects, "ClusterRoleBinding", roleName));
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const token = at(await create(`${accounts}/${recoveryName}/token`, request), "status", "token");
  const config = {
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${server.port}` } }],
    users: [{ name: "u", user: { token } }],
  };
  writeFileSync(join(folder, "config"), JSON.stringify(config));
  return at(named(objects, "CronJob", recoveryName), ...jobPod, "containers", 0, "args") as readonly string[];
}

/** Runs what the CronJob runs, as the ServiceAccount it runs as. */
async function runJob(words: readonly string[]) {
  let stdout = "";
  const exit = await main({
    table: portableCommands,
    words: [...words, "--kubeconfig", "config"],
    folder,
    environment: {},
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stdout += text) },
  });
  return { exit, lines: stdout.trim().split("\n") };
}

/** Ready is Unknown for ten minutes, and Helm's last word is `status`. */
function lost(status: string) {
  const since = rfc3339(systemClock.now() - 600_000);
  const released = { ...ready("True", since), type: "Released", reason: "InstallSucceeded" };
  return stuckRelease({
    status: { history: [snapshot(status)], conditions: [ready("Unknown", since), released] },
  });
}

describe("7. branch B, with the rights that the chart gives and with none besides", () => {
  test("what is deployed and never said so is annotated, and its Ready corrected by the status subresource", async () => {
    const words = await install();
    const before = await cluster.put(lost("deployed"));
    const { exit, lines } = await runJob(words);
    expect({ exit, lines }).toMatchObject({ exit: 0 });
    const after = await cluster.get();
    expect(Date.parse(after.metadata.annotations?.[annotation] ?? "")).not.toBeNaN();
    expect(after.status?.conditions).toEqual([
      expect.objectContaining({
        type: "Ready",
        status: "True",
        reason: "ReconciliationSucceeded",
        message: phrase,
      }),
      before.status?.conditions?.[1],
    ]);
    expect(after.spec).toEqual(before.spec);
    const release = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/shop/helmreleases/site";
    expect(new Set(writes)).toEqual(
      new Set([`PATCH ${release}`, `PATCH ${release}/status`, "POST /api/v1/namespaces/shop/events"]),
    );
  });

  test("what Helm's history doesn't call deployed is left alone", async () => {
    const words = await install();
    const before = await cluster.put(lost("failed"));
    const { exit, lines } = await runJob(words);
    expect(exit).toBe(0);
    expect(lines[0]).toMatch(/^stuck-hr-recovery skipped shop\/site reason=not-recoverable: /);
    expect(await cluster.get()).toEqual(before);
    expect(writes).toEqual([]);
  });

  test("without the rule for the status subresource nothing stays changed, and the line names the rule", async () => {
    const words = await install("helmreleases/status");
    const before = await cluster.put(lost("deployed"));
    const { exit, lines } = await runJob(words);
    expect(exit).toBe(1);
    expect(
      lines.filter((line) => / failed shop\/site .*RBAC rule: .*helmreleases\/status/.test(line)),
    ).toHaveLength(1);
    const after = await cluster.get();
    expect(after.metadata.annotations?.[annotation]).toBeUndefined();
    expect(after.status).toEqual(before.status);
  });

  test.each(["helmreleases", "secrets"])(
    "without the rule for %s it ends before it has touched anything",
    async (resource) => {
      const words = await install(resource);
      const before = await cluster.put(lost("deployed"));
      const { exit, lines } = await runJob(words);
      expect(exit).not.toBe(0);
      expect(lines.join("\n")).toMatch(new RegExp(`RBAC rule.*${resource}`));
      expect(await cluster.get()).toEqual(before);
      expect(writes).toEqual([]);
    },
  );
});
