import { readFileSync } from "node:fs";
import { join } from "node:path";
import { highestLimit } from "@catalyst/controllers/release-recovery";
import { describe, expect, test } from "vitest";
import { at, chart, type Fields, jobPod, named, pod, recoveryName, rendered, roleName } from "./rendering.ts";

/** Every object of the recovery. */
function recoveryObjects(objects: readonly Fields[]): readonly string[] {
  return objects
    .filter((object) => at(object, "metadata", "labels", "app.kubernetes.io/name") === "release-recovery")
    .map((object) => `${object["kind"]} ${at(object, "metadata", "name")}`);
}

describe("Flux for a busy start, and recovery of what it leaves stuck", () => {
  test.each(["helm-controller", "kustomize-controller", "source-controller"])(
    "1. %s keeps its lease through an API server's slow minute",
    async (name) => {
      const controller = named(await rendered(), "Deployment", name);
      expect(at(controller, ...pod, "containers", 0, "args")).toEqual(
        expect.arrayContaining([
          "--leader-election-lease-duration=60s",
          "--leader-election-renew-deadline=40s",
          "--leader-election-retry-period=5s",
        ]),
      );
    },
  );

  test.each([
    ["helm-controller", "512Mi"],
    ["kustomize-controller", "384Mi"],
    ["source-controller", "384Mi"],
  ])("2. %s may use %s", async (name, memory) => {
    const controller = named(await rendered(), "Deployment", name);
    expect(at(controller, ...pod, "containers", 0, "resources", "limits", "memory")).toBe(memory);
  });

  test("3. the recovery is on unless somebody turns it off, every two minutes and never twice at once", async () => {
    expect(at(named(await rendered(), "CronJob", recoveryName), "spec")).toMatchObject({
      schedule: "*/2 * * * *",
      concurrencyPolicy: "Forbid",
      jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: expect.any(Number) } },
    });
  });

  test("4. it runs as nobody, with a role of its own and no more", async () => {
    const objects = await rendered();
    expect(recoveryObjects(objects).toSorted()).toEqual([
      `ClusterRole ${roleName}`,
      `ClusterRoleBinding ${roleName}`,
      `CronJob ${recoveryName}`,
      `ServiceAccount ${recoveryName}`,
    ]);
    expect(at(named(objects, "ClusterRole", roleName), "rules")).toEqual([
      {
        apiGroups: ["helm.toolkit.fluxcd.io"],
        resources: ["helmreleases"],
        verbs: ["get", "list", "watch", "patch"],
      },
      {
        apiGroups: ["helm.toolkit.fluxcd.io"],
        resources: ["helmreleases/status"],
        verbs: ["patch", "update"],
      },
      { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list"] },
      { apiGroups: [""], resources: ["events"], verbs: ["create"] },
    ]);
    expect(named(objects, "ClusterRoleBinding", roleName)).toMatchObject({
      roleRef: { kind: "ClusterRole", name: roleName },
      subjects: [{ kind: "ServiceAccount", name: recoveryName, namespace: "flux-system" }],
    });
    expect(at(named(objects, "CronJob", recoveryName), ...jobPod)).toMatchObject({
      serviceAccountName: recoveryName,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          resources: { limits: { memory: expect.any(String) } },
        },
      ],
    });
  });

  test("5. turned off, nothing of it is left", async () => {
    const objects = await rendered({ enabled: false });
    expect(recoveryObjects(objects)).toEqual([]);
    expect(objects.filter(({ kind }) => kind === "Deployment")).toHaveLength(4);
  });

  test("6. threshold and limit reach the command", async () => {
    const args = async (recovery: Fields) =>
      at(named(await rendered(recovery), "CronJob", recoveryName), ...jobPod, "containers", 0, "args");
    const command = ["recover", "releases", "--once"];
    expect(await args({})).toEqual([...command, "--threshold=5m", "--limit=10"]);
    expect(await args({ stuckThreshold: "15m", limit: 3 })).toEqual([
      ...command,
      "--threshold=15m",
      "--limit=3",
    ]);
    const schema: unknown = JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8"));
    // The command refuses a limit above it: what the chart takes must not fail every run.
    expect(at(schema, "properties", "stuckHelmReleaseRecovery", "properties", "limit", "maximum")).toBe(
      highestLimit,
    );
  });
});
