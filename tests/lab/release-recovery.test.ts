import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpTransport, openServer } from "@catalyst/adapter-http";
import { openClusterClient } from "@catalyst/adapter-kubernetes";
import { rfc3339, systemClock } from "@catalyst/base/clock";
import { digestOf } from "@catalyst/base/digest";
import { silentLogger } from "@catalyst/base/logger";
import { fluxDefinitions, unreconciledFluxDefinitions } from "@catalyst/embedded-flux";
import { type HelmRelease, helmReleaseName, helmReleases, ociRepositories } from "@catalyst/ports/flux";
import {
  type ClusterClient,
  configMaps,
  customResourceDefinitions,
  deployments,
  events,
  namespaces,
  type ResourceType,
  secrets,
} from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "../../core/apps/embedded/cli/main.ts";
import { commandTable } from "../../core/apps/embedded/cli/table.ts";
import { chartArchive } from "../../core/embedded/flux/testing/chart-archive.ts";
import { available } from "./available.ts";
import { startFluxController } from "./flux-controller.ts";
import { type Lab, startLab } from "./lab.ts";
import { type LossyProxy, openLossyProxy } from "./lossy-proxy.ts";
import type { Running } from "./process.ts";

const config = `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {version: {{ .Chart.Version | quote }}}
`;

/** One that no controller makes ready: only the test does. */
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: web, image: web}]}
`;

const archives: Readonly<Record<string, Uint8Array>> = {
  "plain-1.0.0": chartArchive({ "templates/c.yaml": config }, "1.0.0"),
  "plain-1.1.0": chartArchive({ "templates/c.yaml": config }, "1.1.0"),
  "waiting-1.0.0": chartArchive({ "templates/c.yaml": config, "templates/d.yaml": deployment }, "1.0.0"),
  "waiting-1.1.0": chartArchive({ "templates/c.yaml": config, "templates/d.yaml": deployment }, "1.1.0"),
};

const namespace = "shop";
/** How long Helm may take, and how long Ready must have been Unknown; in seconds. */
const timeout = 30;
const threshold = 3;
const within = { timeout: 60_000, interval: 300 };

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver", "helm-controller")))(
  "a stuck release of Flux's own helm-controller on a real API server",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "catalyst-recovery-lab-"));
    const stops: (() => Promise<unknown>)[] = [];
    let lab: Lab;
    let client: ClusterClient;
    let proxy: LossyProxy;
    let controller: Running;
    let artifacts: string;

    beforeAll(async () => {
      lab = await startLab(["kube-apiserver"]);
      stops.push(() => lab.stop());
      const url = lab.fact("kube-apiserver", "url");
      const headers = { authorization: `Bearer ${lab.fact("kube-apiserver", "token")}` };
      client = openClusterClient(httpTransport({ baseUrl: url, insecure: true, headers }), "management");
      proxy = await openLossyProxy(url, folder);
      stops.push(() => proxy.close());
      const served = await openServer(
        async ({ path }) => {
          const body = archives[path.slice(1)];
          return body === undefined ? { status: 404, headers: {} } : { status: 200, headers: {}, body };
        },
        { logger: silentLogger },
      );
      stops.push(() => served.close());
      artifacts = `http://127.0.0.1:${served.port}`;
      for (const definition of [...fluxDefinitions, ...unreconciledFluxDefinitions])
        await client.create(customResourceDefinitions, definition);
      for (const name of ["flux-system", namespace])
        await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
      for (const type of [helmReleases, ociRepositories] as readonly ResourceType[])
        await vi.waitFor(() => client.list(type), within);
      writeFileSync(join(folder, "kubeconfig"), throughProxy());
      controller = await startFluxController("helm-controller", join(folder, "kubeconfig"));
      stops.push(() => controller.stop());
    }, 240_000);

    afterAll(async () => {
      for (const stop of stops.reverse()) await stop();
      rmSync(folder, { recursive: true, force: true });
    });

    function throughProxy(): string {
      const authority = Buffer.from(proxy.certificate).toString("base64");
      return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server: proxy.url, "certificate-authority-data": authority } }],
        users: [{ name: "u", user: { token: lab.fact("kube-apiserver", "token") } }],
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        "current-context": "c",
      });
    }

    /** Says that a source has fetched a chart: what the source-controller writes. */
    async function fetched(name: string, archive: string): Promise<void> {
      const version = archive.split("-")[1];
      const digest = digestOf(archives[archive] as Uint8Array);
      const found = await client.get(ociRepositories, { namespace, name });
      const now = rfc3339(systemClock.now());
      const ready = {
        type: "Ready",
        status: "True",
        reason: "Succeeded",
        message: "",
        lastTransitionTime: now,
      };
      const { generation: observedGeneration = 1 } = found.metadata;
      const artifact = {
        url: `${artifacts}/${archive}`,
        path: archive,
        revision: `${version}@${digest}`,
        digest,
        lastUpdateTime: now,
        size: archives[archive]?.length ?? 0,
      };
      const status = { observedGeneration, conditions: [ready], artifact };
      await client.mergePatch(ociRepositories, { namespace, name }, { status }, { subresource: "status" });
    }

    async function install(
      name: string,
      chart: "plain" | "waiting",
      naming: Partial<HelmRelease["spec"]> = { releaseName: name },
    ): Promise<void> {
      const metadata = { namespace, name };
      await client.create(ociRepositories, {
        apiVersion: "source.toolkit.fluxcd.io/v1",
        kind: "OCIRepository",
        metadata,
        spec: { url: "oci://registry.test/site", interval: "1h", ref: { tag: "1" } },
      });
      await fetched(name, `${chart}-1.0.0`);
      await client.create(helmReleases, {
        apiVersion: "helm.toolkit.fluxcd.io/v2",
        kind: "HelmRelease",
        metadata,
        spec: {
          interval: "1h",
          timeout: `${timeout}s`,
          chartRef: { kind: "OCIRepository", name },
          ...naming,
        },
      });
    }

    const release = (name: string) => client.get(helmReleases, { namespace, name });
    const readyOf = ({ status }: HelmRelease) =>
      status?.conditions?.find((condition) => condition.type === "Ready");
    const statusOf = async (name: string) => readyOf(await release(name))?.status;
    const helmStatus = async (name: string) =>
      (await client.listMetadata(secrets, { namespace, labelSelector: `owner=helm,name=${name}` })).items.map(
        ({ metadata }) => metadata.labels?.["status"],
      );

    async function recover(...words: string[]) {
      let stdout = "";
      let stderr = "";
      const exit = await main({
        table: commandTable,
        words: ["recover", "releases", "--once", "--threshold", `${threshold}s`, ...words],
        folder,
        environment: { KUBECONFIG: lab.fact("kube-apiserver", "kubeconfig") },
        signal: new AbortController().signal,
        stdout: { write: (text) => (stdout += text) },
        stderr: { write: (text) => (stderr += text) },
      });
      return { exit, stdout, stderr };
    }

    /** Lets a release be installed, and loses the writes of that reconcile that say so. */
    async function installUnnoticed(name: string, naming?: Partial<HelmRelease["spec"]>): Promise<void> {
      const key = `${namespace}/${name}`;
      proxy.losing.add(key);
      await install(name, "plain", naming);
      await expect.poll(async () => (await release(name)).status?.observedGeneration, within).toBe(1);
      proxy.losing.delete(key);
      expect(proxy.lost).toContain(key);
      expect((await release(name)).status?.history?.[0]?.status).toBe("deployed");
    }

    async function upgradesNormally(name: string, chart: "plain" | "waiting"): Promise<void> {
      await fetched(name, `${chart}-1.1.0`);
      const version = async () => {
        const found = await client.get(configMaps, { namespace, name });
        return found.data?.["version"]?.split("+")[0];
      };
      await expect.poll(version, within).toBe("1.1.0");
      await expect
        .poll(async () => readyOf(await release(name)), within)
        .toMatchObject({ status: "True", reason: "UpgradeSucceeded" });
    }

    test("whose Ready was lost stays Unknown without us, is corrected, and upgrades normally", async () => {
      await installUnnoticed("lost");
      // Longer than the controller takes for anything it still has to do.
      await systemClock.sleep((threshold + 3) * 1000);
      const before = await release("lost");
      expect(readyOf(before)?.status).toBe("Unknown");
      expect(await helmStatus("lost")).toEqual(["deployed"]);
      const dry = await recover("--dry-run");
      expect(dry.stdout).toContain("stuck-hr-recovery would-correct shop/lost branch=B ");
      expect(await release("lost")).toEqual(before);
      const { exit, stdout } = await recover();
      expect({ exit, stdout }).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining("stuck-hr-recovery corrected shop/lost branch=B "),
      });
      const after = await release("lost");
      expect(readyOf(after)).toMatchObject({
        status: "True",
        reason: "ReconciliationSucceeded",
        message: "auto-corrected from deployed-but-unknown-Ready by stuck-hr-recovery (TBD-A66)",
      });
      const others = ({ status }: HelmRelease) => status?.conditions?.filter(({ type }) => type !== "Ready");
      expect(others(after)).toEqual(others(before));
      const told = (await client.list(events, { namespace })).items.filter(
        (event) => event["reason"] === "StuckReleaseCorrected",
      );
      expect(told).toHaveLength(1);
      await upgradesNormally("lost", "plain");
    });

    /** Begins an install that waits for its Deployment, and kills the controller in it. */
    async function installKilled(name: string): Promise<void> {
      await install(name, "waiting");
      await expect.poll(() => client.find(deployments, { namespace, name }), within).toBeDefined();
      await expect.poll(() => helmStatus(name), within).toEqual(["pending-install"]);
      process.kill(controller.pid, "SIGKILL");
      await controller.stop();
    }

    async function makeDeploymentReady(name: string): Promise<void> {
      const conditions = [
        { type: "Available", status: "True" },
        { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
      ];
      const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
      const status = { observedGeneration: 1, ...counts, conditions };
      await client.mergePatch(deployments, { namespace, name }, { status }, { subresource: "status" });
    }

    test("whose controller was killed in its install is taken up by the next one that is told of it", async () => {
      await installKilled("told");
      await makeDeploymentReady("told");
      controller = await startFluxController("helm-controller", join(folder, "kubeconfig"));
      await expect.poll(() => statusOf("told"), within).toBe("True");
      expect((await release("told")).metadata.generation).toBe(1);
    });

    test("whose next controller isn't told of it is taken up with us, and upgrades normally", async () => {
      await installKilled("killed");
      proxy.hidden.set(`${namespace}/killed`, (await release("killed")).metadata.generation ?? 1);
      controller = await startFluxController("helm-controller", join(folder, "kubeconfig"));
      await systemClock.sleep((timeout + 3) * 1000);
      expect(await helmStatus("killed")).toEqual(["pending-install"]);
      expect(await statusOf("killed")).toBe("Unknown");
      await makeDeploymentReady("killed");
      const { exit, stdout } = await recover();
      expect({ exit, stdout }).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining("stuck-hr-recovery corrected shop/killed branch=A "),
      });
      await expect.poll(() => statusOf("killed"), within).toBe("True");
      expect((await release("killed")).spec.suspend).toBe(false);
      await upgradesNormally("killed", "waiting");
    }, 240_000);

    test("with a name that Helm doesn't take is known by the one that Flux makes of it", async () => {
      // With the target namespace before it, its fortieth letter is a hyphen: the last one that is kept.
      const name = `${"a".repeat(34)}-${"x".repeat(20)}`;
      await installUnnoticed(name, { targetNamespace: namespace });
      const kept = helmReleaseName(await release(name));
      expect(kept).toMatch(/^shop-a{34}--[0-9a-f]{12}$/);
      expect(await helmStatus(kept)).toEqual(["deployed"]);
      await systemClock.sleep((threshold + 2) * 1000);
      const { stdout } = await recover();
      expect(stdout).toContain(`stuck-hr-recovery corrected shop/${name} branch=B `);
    });

    test("ten at once are corrected; of eleven the last waits for the next run", async () => {
      const names = Array.from({ length: 11 }, (_, index) => `many-${index}`);
      const ten = names.slice(0, 10);
      for (const name of ten) await installUnnoticed(name);
      await systemClock.sleep((threshold + 2) * 1000);
      expect(await recover()).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining("detected=10 corrected=10 skipped=0 failed=0 halted=false"),
      });
      const more = names.map((name) => `${name}-more`);
      for (const name of more) await installUnnoticed(name);
      await systemClock.sleep((threshold + 2) * 1000);
      const first = await recover();
      expect(first.exit).toBe(1);
      expect(first.stdout).toContain("detected=11 corrected=10 skipped=0 failed=0 halted=true");
      expect(first.stdout).toMatch(/^stuck-hr-recovery halted shop\/many-\d+-more candidates=11 limit=10: /m);
      expect(await recover()).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining("detected=1 corrected=1 skipped=0 failed=0 halted=false"),
      });
      for (const name of [...ten, ...more]) expect(await statusOf(name)).toBe("True");
    }, 240_000);
  },
);
