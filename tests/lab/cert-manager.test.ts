import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available } from "./available.ts";
import { componentFolder } from "./cache.ts";
import { type EmbeddedLab, openEmbeddedLab } from "./embedded-lab.ts";
import { componentNamed } from "./lab.ts";

const names = ["cert-manager", "kubectl"];
const within = { timeout: 60_000, interval: 500 };

interface Certificate {
  readonly status?: {
    readonly revision?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const api = "cert-manager.io/v1";
const certificate = (name: string, issuer: string, spec: object = {}) => ({
  apiVersion: api,
  kind: "Certificate",
  metadata: { name, namespace: "default" },
  spec: {
    secretName: name,
    commonName: `${name}.example.com`,
    dnsNames: [`${name}.example.com`],
    privateKey: { algorithm: "ECDSA", size: 256 },
    issuerRef: { name: issuer, kind: "Issuer" },
    ...spec,
  },
});
const issuer = (name: string, spec: object, kind = "Issuer") => ({
  apiVersion: api,
  kind,
  metadata: { name, ...(kind === "Issuer" ? { namespace: "default" } : {}) },
  spec,
});

describe.skipIf(!(await available(import.meta.filename, ...names)))("cert-manager's own controllers", () => {
  let lab: EmbeddedLab;
  const create = (object: object) => lab.kubectl(["create", "-f", "-"], JSON.stringify(object));
  const waitReady = (what: string) => lab.kubectl(["wait", "--for=condition=Ready", what, "--timeout=60s"]);
  const issued = async (secret: string, key = "tls.crt") => {
    const { data } = await lab.get<{ data: Record<string, string> }>("secret", secret);
    return new X509Certificate(Buffer.from(data[key] ?? "", "base64"));
  };

  beforeAll(async () => {
    lab = await openEmbeddedLab();
    const { name, version } = componentNamed("cert-manager");
    const crds = join(componentFolder(name, version), "crds");
    await lab.kubectl(["apply", "--server-side", "-f", crds]);
    await lab.kubectl(["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]);
    await lab.kubectl(["create", "namespace", "cert-manager"]);
    await lab.start({ name: "cert-manager", words: (health) => [`--health=${health}`] });
  });
  afterAll(() => lab?.stop());

  test("issue a certificate that signs itself, and from it others", async () => {
    await create(issuer("self", { selfSigned: {} }));
    await waitReady("issuer/self");
    await create(certificate("authority", "self", { isCA: true }));
    await waitReady("certificate/authority");
    await create(issuer("signer", { ca: { secretName: "authority" } }));
    await waitReady("issuer/signer");
    await create(certificate("leaf", "signer"));
    await waitReady("certificate/leaf");
    const authority = await issued("authority");
    const leaf = await issued("leaf");
    expect(authority.ca).toBe(true);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.subjectAltName).toBe("DNS:leaf.example.com");
    expect((await issued("leaf", "ca.crt")).fingerprint256).toBe(authority.fingerprint256);
  });

  test("issue anew before the end, and when asked", async () => {
    const before = (await issued("leaf")).serialNumber;
    const asked = {
      type: "Issuing",
      status: "True",
      reason: "ManuallyTriggered",
      message: "asked by a test",
    };
    const patch = [{ op: "add", path: "/status/conditions/-", value: asked }];
    await lab.kubectl([
      "patch",
      "certificate",
      "leaf",
      "--subresource=status",
      "--type=json",
      "-p",
      JSON.stringify(patch),
    ]);
    await expect.poll(async () => (await issued("leaf")).serialNumber, within).not.toBe(before);
    await expect
      .poll(async () => (await lab.get<Certificate>("certificate", "leaf")).status?.revision, within)
      .toBe(2);
  });

  test("bring back a Secret that was deleted, and follow a changed Certificate", async () => {
    await lab.kubectl(["delete", "secret", "leaf"]);
    await expect
      .poll(
        () =>
          issued("leaf")
            .then(() => true)
            .catch(() => false),
        within,
      )
      .toBe(true);
    const spec = { dnsNames: ["leaf.example.com", "other.example.com"] };
    const words = ["patch", "certificate", "leaf", "--type=merge", "-p", JSON.stringify({ spec })];
    await lab.kubectl(words);
    await expect
      .poll(async () => (await issued("leaf")).subjectAltName, within)
      .toBe("DNS:leaf.example.com, DNS:other.example.com");
  });

  test("make a Certificate for an Ingress that asks for one, by an issuer of the whole cluster", async () => {
    await create(issuer("whole", { selfSigned: {} }, "ClusterIssuer"));
    await waitReady("clusterissuer/whole");
    await create({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name: "shop",
        namespace: "default",
        annotations: {
          "cert-manager.io/cluster-issuer": "whole",
          "cert-manager.io/common-name": "shop.example.com",
        },
      },
      spec: {
        tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }],
        rules: [
          {
            host: "shop.example.com",
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "shop", port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    });
    const isReady = () =>
      waitReady("certificate/shop-tls").then(
        () => true,
        () => false,
      );
    await expect.poll(isReady, within).toBe(true);
    expect((await issued("shop-tls")).subjectAltName).toBe("DNS:shop.example.com");
    await lab.kubectl(["delete", "ingress", "shop"]);
    const left = () => lab.kubectl(["get", "certificates", "-o", "name"]);
    await expect.poll(left, within).not.toContain("shop-tls");
  });

  test("write the authority into a definition that asks for it", async () => {
    const annotation = "cert-manager.io/inject-ca-from=default/leaf";
    const crd = "challenges.acme.cert-manager.io";
    const conversion = {
      strategy: "Webhook",
      webhook: { conversionReviewVersions: ["v1"], clientConfig: { url: "https://127.0.0.1:1/convert" } },
    };
    const patch = JSON.stringify({ spec: { conversion } });
    await lab.kubectl(["patch", "crd", crd, "--type=merge", "-p", patch]);
    await lab.kubectl(["annotate", "crd", crd, annotation]);
    const bundle = () =>
      lab.kubectl(["get", "crd", crd, "-o", "jsonpath={.spec.conversion.webhook.clientConfig.caBundle}"]);
    await expect.poll(bundle, within).not.toBe("");
    const injected = new X509Certificate(Buffer.from(await bundle(), "base64"));
    expect(injected.fingerprint256).toBe((await issued("authority")).fingerprint256);
  });
});
