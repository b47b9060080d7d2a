import { type ReleaseStatus, releaseSecretName } from "@catalyst/charts/records";
import { namespaces, secrets } from "@catalyst/ports/kubernetes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPlanningClusters, type PlanningClusters, planSite } from "./testing/planned-site.ts";

const template =
  '"{{ .Release.IsInstall }} {{ .Release.IsUpgrade }} {{ .Release.Revision }} {{ .Values.color }}"';
const installed = (revision: number, color: string) => `true false ${revision} ${color}`;
const upgraded = (revision: number, color: string) => `false true ${revision} ${color}`;
const red = { config: { color: "red" } };
const blue = { config: { color: "blue" } };

let planning: PlanningClusters;
beforeEach(async () => {
  planning = await openPlanningClusters();
  await planning.clusters.ensure("acme-dev");
});
afterEach(() => planning.close());

/** Stores revisions as Helm does; what they hold isn't looked at. */
async function store(...statuses: ReleaseStatus[]): Promise<void> {
  const client = planning.clusters.client("acme-dev");
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } });
  for (const [index, status] of statuses.entries()) {
    const version = index + 9;
    const labels = { owner: "helm", name: "site", status, version: String(version) };
    const metadata = { namespace: "site", name: releaseSecretName("site", version), labels };
    await client.create(secrets, { apiVersion: "v1", kind: "Secret", metadata });
  }
}

async function plan(before: object | undefined, after: object | undefined) {
  const { was, seen, problems } = await planSite(planning.clusters, {
    template,
    reader: undefined,
    before,
    after,
  });
  expect(problems).toEqual([]);
  return { was, seen };
}

describe("what is planned is rendered as the revision that Flux will make", () => {
  it("the first of a new Application", async () => {
    expect(await plan(undefined, red)).toEqual({ was: undefined, seen: installed(1, "red") });
  });

  it("the first where none was made yet", async () => {
    expect(await plan(red, blue)).toEqual({ was: installed(1, "red"), seen: installed(1, "blue") });
  });

  it("the next of one that is deployed, beside the one that is", async () => {
    await store("superseded", "deployed");
    expect(await plan(red, blue)).toEqual({ was: upgraded(10, "red"), seen: upgraded(11, "blue") });
  });

  it("the next of all, beside the one that is deployed, after one that failed", async () => {
    await store("deployed", "failed");
    expect(await plan(red, blue)).toEqual({ was: upgraded(9, "red"), seen: upgraded(11, "blue") });
  });

  it("the next of one whose install failed, which Flux upgrades", async () => {
    await store("failed");
    expect(await plan(undefined, red)).toEqual({ was: undefined, seen: upgraded(10, "red") });
  });

  it("the first again where the release is over and kept", async () => {
    await store("superseded", "uninstalled");
    expect(await plan(undefined, red)).toEqual({ was: undefined, seen: installed(1, "red") });
  });

  it("none where Flux has nothing to do", async () => {
    await store("deployed");
    const placed = { ...red, placement: { mode: "single-region" } };
    const change = { template, reader: undefined, before: red, after: placed };
    const made = await planSite(planning.clusters, change);
    expect(made.applications).toMatchObject([{ name: "site", fields: [{ field: "spec.placement.mode" }] }]);
    expect(made.objects).toEqual([]);
  });

  it("the last, where it goes", async () => {
    await store("superseded", "deployed");
    const { objects } = await planSite(planning.clusters, {
      template,
      reader: undefined,
      before: red,
      after: undefined,
    });
    expect(objects.map(({ action, kind }) => `${action} ${kind}`)).toContain("remove ConfigMap");
  });
});
