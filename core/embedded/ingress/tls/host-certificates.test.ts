import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { localAuthority } from "@catalyst/embedded-kubernetes";
import type { Secret } from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CertificatePair, certificateProblem } from "./certificate.ts";
import { HostCertificates } from "./host-certificates.ts";

const host = "shop.localhost";
const year = 365 * 24 * 3600_000;

describe("the certificate for a host", () => {
  let folder: string;
  let pair: CertificatePair;
  let other: CertificatePair;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "catalyst-certificates-"));
    const authority = await localAuthority(folder, systemClock);
    pair = await authority.issueServer({ dns: [host] });
    other = await authority.issueServer({ dns: ["other.localhost"] });
  });
  afterAll(() => rm(folder, { recursive: true }));

  function secret({ cert, key }: CertificatePair, type = "kubernetes.io/tls"): Secret {
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    return {
      apiVersion: "v1",
      kind: "Secret",
      type,
      metadata: { name: "tls", namespace: "default", uid: "u", resourceVersion: "1" },
      data: { "tls.crt": base64(cert), "tls.key": base64(key) },
    };
  }

  /** The hosts that certificates were issued for when the Secret is this one. */
  async function issuedWith(found: Secret | undefined, later = 0): Promise<readonly string[]> {
    const issued: string[] = [];
    const clock = { ...systemClock, now: () => Date.now() + later };
    const certificates = new HostCertificates(async ([name = ""]) => {
      issued.push(name);
      return other;
    }, clock);
    const cache = { get: () => found } as unknown as ObjectCache;
    const named = [{ namespace: "default", name: "tls" }];
    const first = await certificates.for(host, cache, "acme-dev", named);
    expect(await certificates.for(host, cache, "acme-dev", named)).toBe(first);
    return issued;
  }

  it("is the Secret's that is named for it", async () => {
    expect(await issuedWith(secret(pair))).toEqual([]);
  });

  it.each<[string, () => Secret | undefined, number]>([
    ["there is no Secret", () => undefined, 0],
    ["its key is another's", () => secret({ cert: pair.cert, key: other.key }), 0],
    ["it is for another host", () => secret(other), 0],
    ["it has ended", () => secret(pair), 2 * year],
    ["it isn't one", () => secret({ cert: "nothing", key: "nothing" }), 0],
    ["it is of another type", () => secret(pair, "Opaque"), 0],
  ])("is issued once when %s", async (_name, found, later) => {
    expect(await issuedWith(found(), later)).toEqual([host]);
  });

  it("nothing of a key is told", () => {
    const broken = secret({
      cert: pair.cert,
      key: "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
    });
    expect(certificateProblem(broken)).not.toContain("c2Vj");
  });
});
