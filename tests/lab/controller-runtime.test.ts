import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { localAuthority } from "@catalyst/embedded-kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available } from "./available.ts";
import { type EmbeddedLab, openEmbeddedLab } from "./embedded-lab.ts";
import { freePort, type Running } from "./process.ts";

interface Site {
  readonly metadata: {
    readonly uid: string;
    readonly generation: number;
    readonly finalizers?: readonly string[];
    readonly managedFields: readonly { readonly manager: string; readonly subresource?: string }[];
  };
  readonly status?: {
    readonly observedGeneration: number;
    readonly readyReplicas: number;
    readonly secretVersion?: string;
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly message: string;
    }[];
  };
}

interface Lease {
  readonly spec: { readonly holderIdentity: string; readonly leaseTransitions: number };
}

const names = ["site-controller", "kubectl"];

/** The definition of the program's kind, as controller-gen would write it. */
const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "sites.sites.example.com" },
  spec: {
    group: "sites.example.com",
    scope: "Namespaced",
    names: { plural: "sites", singular: "site", kind: "Site", listKind: "SiteList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              apiVersion: { type: "string" },
              kind: { type: "string" },
              metadata: { type: "object" },
              spec: {
                type: "object",
                required: ["replicas"],
                properties: {
                  image: { type: "string" },
                  replicas: { type: "integer", format: "int32" },
                  secretName: { type: "string" },
                },
              },
              status: {
                type: "object",
                required: ["readyReplicas"],
                properties: {
                  observedGeneration: { type: "integer", format: "int64" },
                  readyReplicas: { type: "integer", format: "int32" },
                  secretVersion: { type: "string" },
                  conditions: {
                    type: "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["type"],
                    items: {
                      type: "object",
                      required: ["type", "status", "reason", "message", "lastTransitionTime"],
                      properties: {
                        type: { type: "string" },
                        status: { type: "string", enum: ["True", "False", "Unknown"] },
                        reason: { type: "string" },
                        message: { type: "string" },
                        lastTransitionTime: { type: "string", format: "date-time" },
                        observedGeneration: { type: "integer", format: "int64", minimum: 0 },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const convertible = (port: number, caBundle: string) => {
  const [version] = definition.spec.versions;
  const clientConfig = { url: `https://127.0.0.1:${port}/convert`, caBundle };
  const webhook = { conversionReviewVersions: ["v1"], clientConfig };
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: open, status: open } } };
  const older = { ...version, name: "v1beta1", storage: false, schema };
  return {
    ...definition,
    spec: {
      ...definition.spec,
      versions: [...definition.spec.versions, older],
      conversion: { strategy: "Webhook", webhook },
    },
  };
};

/** The configuration of one of its admission webhooks, at the path that controller-runtime gives it. */
const admission = (kind: "Mutating" | "Validating", port: number, caBundle: string) => {
  const path = `/${kind === "Mutating" ? "mutate" : "validate"}-sites-example-com-v1-site`;
  const rule = { apiGroups: ["sites.example.com"], apiVersions: ["v1"], resources: ["sites"] };
  const webhook = {
    name: "sites.example.com",
    clientConfig: { url: `https://127.0.0.1:${port}${path}`, caBundle },
    rules: [{ ...rule, operations: ["CREATE", "UPDATE", ...(kind === "Validating" ? ["DELETE"] : [])] }],
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
  };
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: "sites" },
    webhooks: [webhook],
  };
};

const site = (replicas: number) =>
  JSON.stringify({
    apiVersion: "sites.example.com/v1",
    kind: "Site",
    metadata: { name: "one", namespace: "default" },
    spec: { image: "registry.example.com/site:1", replicas, secretName: "key" },
  });

describe.skipIf(!(await available(import.meta.filename, ...names)))(
  "a controller written with controller-runtime",
  () => {
    let lab: EmbeddedLab;
    let first: Running;

    const startController = () =>
      lab.start({ name: "site-controller", words: (health) => [`--health=${health}`] });
    const conditionOf = async () => {
      const { status } = await lab.get<Site>("site", "one");
      return status?.conditions.find(({ type }) => type === "Ready");
    };
    const holder = async () => (await lab.get<Lease>("lease", "site-controller")).spec;
    const within = { timeout: 60_000, interval: 500 };

    beforeAll(async () => {
      lab = await openEmbeddedLab();
      await lab.kubectl(["create", "-f", "-"], JSON.stringify(definition));
      await lab.kubectl(["wait", "--for=condition=Established", `crd/${definition.metadata.name}`]);
      first = await startController();
    });
    afterAll(() => lab?.stop());

    test("leads by a Lease", async () => {
      await expect.poll(async () => (await holder()).holderIdentity, within).toMatch(/_/);
    });

    test("applies what a Site wants, tells its status, and records events", async () => {
      await lab.kubectl(["create", "-f", "-"], site(2));
      await expect
        .poll(conditionOf, within)
        .toMatchObject({ status: "True", message: "2 of 2 replicas are ready" });
      const { metadata, status } = await lab.get<Site>("site", "one");
      expect(status).toMatchObject({ observedGeneration: metadata.generation, readyReplicas: 2 });
      expect(metadata.finalizers).toEqual(["sites.example.com/record"]);
      const deployment = await lab.get<Record<string, unknown>>("deployment", "one");
      expect(deployment).toMatchObject({
        metadata: {
          ownerReferences: [
            {
              apiVersion: "sites.example.com/v1",
              kind: "Site",
              name: "one",
              uid: metadata.uid,
              controller: true,
            },
          ],
        },
        spec: { replicas: 2 },
      });
      const events = async () => {
        const printed = await lab.kubectl([
          "get",
          "events.events.k8s.io",
          "-o=jsonpath={range .items[?(@.reportingController=='site-controller')]}{.reason}: {.note} {.related.kind}\n{end}",
        ]);
        return printed.split("\n");
      };
      // They are recorded after the status, by another thread.
      await expect
        .poll(events, within)
        .toEqual(
          expect.arrayContaining([
            "Recorded: Recorded in one-record ConfigMap",
            "Deployed: 2 of 2 replicas are ready Deployment",
          ]),
        );
    });

    test("owns the fields it applied, and no others", async () => {
      const shown = await lab.kubectl(["get", "deployment", "one", "--show-managed-fields", "-o", "json"]);
      const { metadata } = JSON.parse(shown) as Site;
      expect(metadata.managedFields).toContainEqual(
        expect.objectContaining({ manager: "site-controller", operation: "Apply", apiVersion: "apps/v1" }),
      );
      await lab.kubectl(["scale", "deployment/one", "--replicas=5"]);
      const replicas = async () =>
        lab.kubectl(["get", "deployment", "one", "-o", "jsonpath={.spec.replicas}"]);
      await expect.poll(replicas, within).toBe("2");
    });

    test("sees the metadata of a Secret that its index finds a Site for", async () => {
      const version = async () => (await lab.get<Site>("site", "one")).status?.secretVersion;
      expect(await version()).toBeUndefined();
      await lab.kubectl(["create", "secret", "generic", "key", "--from-literal=a=1"]);
      await expect.poll(version, within).toMatch(/^\d+$/);
      const before = await version();
      await lab.kubectl(["annotate", "secret", "key", "changed=yes"]);
      await expect.poll(version, within).not.toBe(before);
    });

    test("hands its work over to another one", async () => {
      const { holderIdentity, leaseTransitions } = await holder();
      await startController();
      await first.stop();
      await expect.poll(async () => (await holder()).holderIdentity, within).not.toBe(holderIdentity);
      expect((await holder()).leaseTransitions).toBe(leaseTransitions + 1);
      await lab.kubectl(["apply", "-f", "-"], site(3));
      await expect.poll(conditionOf, within).toMatchObject({ message: "3 of 3 replicas are ready" });
    });

    test("lets a Site go only after its finalizer's work, and what it owns goes with it", async () => {
      await lab.kubectl(["delete", "site", "one", "--timeout=60s"]);
      await expect(lab.get("configmap", "one-record")).rejects.toThrow("NotFound");
      const gone = async () => lab.kubectl(["get", "deployments,replicasets,pods", "-o", "name"]);
      await expect.poll(gone, within).toBe("");
    });
  },
);

describe.skipIf(!(await available(import.meta.filename, ...names)))(
  "the webhooks of a controller written with controller-runtime",
  () => {
    let lab: EmbeddedLab;
    const create = (object: object) => lab.kubectl(["create", "-f", "-"], JSON.stringify(object));
    const older = (name: string, size: string) => ({
      apiVersion: "sites.example.com/v1beta1",
      kind: "Site",
      metadata: { name, namespace: "default" },
      spec: { size },
    });

    beforeAll(async () => {
      lab = await openEmbeddedLab();
      const authority = await localAuthority(join(lab.folder, "authority"), systemClock);
      const { cert, key } = await authority.issueServer();
      writeFileSync(join(lab.folder, "tls.crt"), cert);
      writeFileSync(join(lab.folder, "tls.key"), key);
      const caBundle = Buffer.from(authority.certificate).toString("base64");
      const port = await freePort();
      await create(convertible(port, caBundle));
      await lab.kubectl(["wait", "--for=condition=Established", `crd/${definition.metadata.name}`]);
      await lab.start({
        name: "site-controller",
        words: (health) => [`--health=${health}`, `--webhook-port=${port}`, `--certificates=${lab.folder}`],
      });
      await create(admission("Mutating", port, caBundle));
      await create(admission("Validating", port, caBundle));
    });
    afterAll(() => lab?.stop());

    test("convert between versions, and fill in and judge what comes in the older one", async () => {
      await create(older("two", "medium"));
      expect((await lab.get<{ spec: object }>("sites.v1.sites.example.com", "two")).spec).toEqual({
        image: "registry.example.com/site:1",
        replicas: 2,
      });
      const shown = await lab.get<{ spec: object }>("sites.v1beta1.sites.example.com", "two");
      expect(shown.spec).toEqual({ image: "registry.example.com/site:1", size: "medium" });
      await expect(create(older("none", "huge"))).rejects.toThrow('no size is called "huge"');
    });

    test("refuse", async () => {
      await expect(lab.kubectl(["create", "-f", "-"], site(9))).rejects.toThrow(
        'admission webhook "sites.example.com" denied the request: a Site has at most 3 replicas, not 9',
      );
      await lab.kubectl(["label", "sites.v1.sites.example.com", "two", "keep=true"]);
      await expect(lab.kubectl(["delete", "sites.v1.sites.example.com", "two"])).rejects.toThrow(
        "two is kept",
      );
      await lab.kubectl(["label", "sites.v1.sites.example.com", "two", "keep-"]);
      await lab.kubectl(["delete", "sites.v1.sites.example.com", "two", "--timeout=60s"]);
    });
  },
);
