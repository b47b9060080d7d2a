import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ChartCase, goldenCases, renderCase } from "../charts/cases.ts";
import { renderWithHelm } from "../charts/helm.ts";
import { inSchemaOrder } from "../charts/schema-order.ts";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

/** Values that change what `helm create`'s chart gives. */
const createdCases: Readonly<Record<string, ChartCase>> = {
  "as created": {},
  "with everything on": {
    values: {
      replicaCount: 3,
      autoscaling: { enabled: true, targetMemoryUtilizationPercentage: 70 },
      ingress: {
        enabled: true,
        className: "nginx",
        annotations: { "kubernetes.io/tls-acme": "true" },
        hosts: [{ host: "a.example", paths: [{ path: "/", pathType: "Prefix" }, { path: "/x" }] }],
        tls: [{ secretName: "tls", hosts: ["a.example"] }],
      },
      serviceAccount: { annotations: { role: "reader" }, name: "own" },
      podAnnotations: { a: "1", b: "yes" },
      podLabels: { team: "a" },
      podSecurityContext: { fsGroup: 2000 },
      securityContext: { capabilities: { drop: ["ALL"] }, runAsUser: 1000 },
      resources: { limits: { cpu: "100m", memory: "128Mi" } },
      volumes: [{ name: "v", secret: { secretName: "s", optional: false } }],
      volumeMounts: [{ name: "v", mountPath: "/etc/v", readOnly: true }],
      nodeSelector: { disk: "ssd" },
      tolerations: [{ key: "k", operator: "Exists" }],
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      },
      imagePullSecrets: [{ name: "pull" }],
      nameOverride: "other",
    },
  },
  "with a gateway": { set: ["httpRoute.enabled=true", "fullnameOverride=whole", "service.port=8080"] },
  "without a service account": { set: ["serviceAccount.create=false", "image.tag=v2"], namespace: "shop" },
};

describe.skipIf(!(await available(import.meta.filename, "helm")))("charts against the real helm", () => {
  const helm = programPath("helm");
  let scratch: string;

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "charts-lab-"));
    execFileSync(helm, ["create", "created"], { cwd: scratch });
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each(Object.entries(createdCases))("helm create's chart %s", async (_title, options) => {
    const folder = join(scratch, "created");
    expect(await renderCase(folder, options)).toBe(await renderWithHelm(helm, folder, options));
  });

  test.each(goldenCases())("$title", async ({ folder, options }) => {
    const theirs = await renderWithHelm(helm, folder, options);
    expect(inSchemaOrder(await renderCase(folder, options))).toBe(inSchemaOrder(theirs));
  });

  test.each(shippedCharts())("the shipped chart %s", async (_name, folder) => {
    for (const options of [{}, { isUpgrade: true, namespace: "shop" }]) {
      expect(await renderCase(folder, options)).toBe(await renderWithHelm(helm, folder, options));
    }
  });
});

function shippedCharts(): [string, string][] {
  const platform = resolve(import.meta.dirname, "../../platform");
  return readdirSync(platform)
    .map((name): [string, string] => [name, join(platform, name, "chart")])
    .filter(([, folder]) => existsSync(join(folder, "Chart.yaml")));
}
