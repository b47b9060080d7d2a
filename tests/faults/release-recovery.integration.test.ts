import { systemClock } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import { readReleaseSecret } from "@catalyst/charts";
import {
  defaultRecoverySettings,
  recoverReleases,
  recoveryLine,
} from "@catalyst/controllers/release-recovery";
import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import { configMaps, deployments, namespaces, secrets } from "@catalyst/ports/kubernetes";
import type { Handler } from "@catalyst/ports/transport";
import { afterEach, expect, test } from "vitest";
import { openTestFlux, type TestFlux } from "../../core/embedded/flux/testing/open-test-flux.ts";
import { publishSite, siteKey, siteRelease } from "../../core/embedded/flux/testing/site-release.ts";

let flux: TestFlux;
afterEach(() => flux.close());

const key = siteKey;

const config = `apiVersion: v1
kind: ConfigMap
metadata: {name: site-config}
data: {greeting: {{ .Values.greeting }}}
`;

const named = `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
`;

/** Flux with a release of these templates, whose install has begun. */
async function installing(
  templates: Readonly<Record<string, string>>,
  between?: (server: Handler) => Handler,
): Promise<void> {
  flux = await openTestFlux(between === undefined ? {} : { between });
  await flux.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } });
  await publishSite(flux, templates);
  await flux.client.create(helmReleases, releaseOf("site"));
}

function releaseOf(name: string): HelmRelease {
  return siteRelease({ timeout: "2m", values: { greeting: "hello" } }, name);
}

/** A server to which the first write that makes a release ready comes without its conditions, of each release. */
function losingReady(server: Handler): Handler {
  const lost = new Set<string>();
  return (request) => {
    const body = request.json;
    const status = isObject(body) && isObject(body["status"]) ? body["status"] : {};
    const { conditions, ...rest } = status;
    const setsReady =
      Array.isArray(conditions) &&
      conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
    const path = request.path.replace(/\?.*/, "");
    if (lost.has(path) || !setsReady || !path.includes("/helmreleases/")) return server(request);
    lost.add(path);
    return server({ ...request, json: { status: rest } });
  };
}

/** Recovery by a clock that is ten minutes ahead: what is stuck now is so for long. */
async function recoverLater(): Promise<readonly string[]> {
  const lines: string[] = [];
  await recoverReleases({
    client: flux.client,
    clock: { ...systemClock, now: () => systemClock.now() + 600_000 },
    settings: { ...defaultRecoverySettings, pause: 100 },
    dryRun: false,
    report: (entry) => lines.push(recoveryLine(entry)),
    signal: new AbortController().signal,
  });
  return lines;
}

const readyOf = (release: HelmRelease | undefined) =>
  release?.status?.conditions?.find((condition) => condition.type === "Ready");
const isReady = (release: HelmRelease | undefined) => readyOf(release)?.status === "True";
const stored = async () =>
  (await flux.client.list(secrets, { namespace: "site", labelSelector: "owner=helm" })).items
    .map(readReleaseSecret)
    .sort((a, b) => a.version - b.version)
    .map((record) => `v${record.version} ${record.info.status}`);

async function upgradesNormally(revisions: readonly string[]): Promise<void> {
  await flux.client.mergePatch(helmReleases, key, { spec: { values: { greeting: "bye" } } });
  const { generation } = (await flux.client.get(helmReleases, key)).metadata;
  await flux.until(
    helmReleases,
    key,
    (release) => isReady(release) && release?.status?.observedGeneration === generation,
  );
  const found = await flux.client.get(configMaps, { namespace: "site", name: "site-config" });
  expect(found.data).toEqual({ greeting: "bye" });
  expect(await stored()).toEqual(revisions);
}

test("fault 39: a release whose Ready was lost is corrected, and upgrades normally afterwards", async () => {
  await installing({ "templates/config.yaml": config }, losingReady);
  const deployed = await flux.until(
    helmReleases,
    key,
    (release) => release?.status?.history?.[0]?.status === "deployed",
  );
  expect(readyOf(deployed)?.status).toBe("Unknown");
  const lines = await recoverLater();
  expect(lines.map((line) => line.split(" ").slice(1, 4).join(" "))).toEqual([
    "detected applications/site branch=B",
    "corrected applications/site branch=B",
  ]);
  expect(isReady(await flux.client.get(helmReleases, key))).toBe(true);
  await upgradesNormally(["v1 superseded", "v2 deployed"]);
});

test("fault 39: of eleven whose Ready was lost at once ten are corrected, and the last by the next run", async () => {
  flux = await openTestFlux({ between: losingReady });
  await flux.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } });
  await publishSite(flux, { "templates/config.yaml": named });
  const names = Array.from({ length: 11 }, (_, index) => `r${index + 10}`);
  for (const name of names) await flux.client.create(helmReleases, releaseOf(name));
  const isDeployed = (release: HelmRelease | undefined) =>
    release?.status?.history?.[0]?.status === "deployed";
  for (const name of names) {
    const deployed = await flux.until(helmReleases, { ...key, name }, isDeployed);
    expect(readyOf(deployed)?.status).toBe("Unknown");
  }
  const told = (lines: readonly string[], entry: string) =>
    lines.filter((line) => line.startsWith(`stuck-hr-recovery ${entry} `)).length;
  const first = await recoverLater();
  expect(["detected", "corrected", "halted"].map((entry) => told(first, entry))).toEqual([11, 10, 1]);
  const second = await recoverLater();
  expect(["detected", "corrected", "halted"].map((entry) => told(second, entry))).toEqual([1, 1, 0]);
  for (const name of names) expect(isReady(await flux.client.get(helmReleases, { ...key, name }))).toBe(true);
});

test("fault 39: an install that its controller left is taken up, and upgrades normally afterwards", async () => {
  let isKilled = false;
  // A controller that is stopped puts its release in order; one that is killed reaches nothing any more.
  const killing =
    (server: Handler): Handler =>
    async (request) =>
      isKilled ? { status: 503, headers: {} } : server(request);
  await installing({ "templates/config.yaml": config, "templates/web.yaml": deployment }, killing);
  const web = { namespace: "site", name: "web" };
  await flux.until(deployments, web, (object) => object !== undefined);
  await flux.until(helmReleases, key, (release) => readyOf(release)?.status === "Unknown");
  let lines: readonly string[] = [];
  isKilled = true;
  await flux.restart(async () => {
    isKilled = false;
    expect(await stored()).toEqual(["v1 pending-install"]);
    lines = await recoverLater();
    const conditions = [
      { type: "Available", status: "True" },
      { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
    ];
    const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    const status = { observedGeneration: 1, ...counts, conditions };
    await flux.client.mergePatch(deployments, web, { status }, { subresource: "status" });
  });
  expect(lines.map((line) => line.split(" ").slice(1, 4).join(" "))).toEqual([
    "detected applications/site branch=A",
    "corrected applications/site branch=A",
  ]);
  const release = await flux.until(helmReleases, key, isReady);
  expect(release.spec.suspend).toBe(false);
  expect(release.metadata.generation).toBe(3);
  // Helm takes a failed release that nothing was deployed after for the one that is upgraded.
  await upgradesNormally(["v1 superseded", "v2 superseded", "v3 deployed"]);
});
