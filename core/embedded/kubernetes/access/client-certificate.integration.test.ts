import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { systemClock } from "@catalyst/base/clock";
import { firstPemBlock, readCertificateRequest } from "@catalyst/base/pkix";
import * as x509 from "@peculiar/x509";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ecRequest } from "../machinery/conformance/corpus/certificates/requests.ts";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

const whoami = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const day = 24 * 3600 * 1000;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.server.ensure("one");
  await server.server.ensure("two");
});
afterAll(() => server.close());

function sign(cluster: string, usages: readonly string[] = ["client auth"], lifetime = day): Promise<string> {
  return server.server.signCertificate(cluster, { request: ecRequest, usages, lifetime });
}

async function who(cluster: string, pem: string, more: { token?: string; isTrusted?: boolean } = {}) {
  const { token, isTrusted = false } = more;
  const { status, json } = await server.server.handler({
    method: "POST",
    path: `/clusters/${cluster}${whoami}`,
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    clientCertificate: { der: new X509Certificate(pem).raw, isTrusted },
    json: {},
  });
  return { status, user: (json as { status?: { userInfo?: object } }).status?.userInfo };
}

describe("a certificate that a cluster signed", () => {
  it("names its user there, with the groups, and says by which certificate", async () => {
    const pem = await sign("one");
    const { status, user } = await who("one", pem);
    expect(status).toBe(201);
    expect(user).toEqual({
      username: "ann",
      groups: ["team", "system:authenticated"],
      extra: {
        "authentication.kubernetes.io/credential-id": [expect.stringMatching(/^X509SHA256=[0-9a-f]{64}$/)],
      },
    });
  });

  it("goes before a token, as upstream, and a good token before a certificate of nobody's", async () => {
    const known = { token: "of-a-person", user: { name: "person", groups: [] } };
    server.server.addToken(known);
    expect((await who("one", await sign("one"), known)).user).toMatchObject({ username: "ann" });
    expect((await who("one", await sign("two"), known)).user).toMatchObject({ username: "person" });
    expect((await who("one", await sign("two"), { token: "wrong" })).status).toBe(401);
  });

  it("27: opens nothing in another cluster, nor in a later one of the same name", async () => {
    const pem = await sign("one");
    expect((await who("two", pem)).status).toBe(401);
    expect((await who("management", pem)).status).toBe(401);
    expect((await who("none", pem)).status).toBe(401);
    await server.server.ensure("short");
    const short = await sign("short");
    expect((await who("short", short)).status).toBe(201);
    await server.server.remove("short");
    await server.server.ensure("short");
    expect((await who("short", short)).status).toBe(401);
  });

  it("is good after a restart, and no longer than it says", async () => {
    const pem = await sign("one", ["client auth"], 600_000);
    await server.restart();
    expect((await who("one", pem)).status).toBe(201);
    const now = vi.spyOn(systemClock, "now").mockImplementation(() => Date.now() + 601_000);
    try {
      expect((await who("one", pem)).status).toBe(401);
    } finally {
      now.mockRestore();
    }
  });

  it("that is a server's isn't a client's", async () => {
    expect((await who("one", await sign("one", ["server auth"]))).status).toBe(401);
    expect((await who("one", await sign("one", ["any"]))).status).toBe(201);
  });

  it("has what the request asks for, and its usages", async () => {
    const certificate = new X509Certificate(await sign("one", ["digital signature", "client auth"]));
    expect(certificate.subject.split("\n")).toEqual(["O=team", "CN=ann"]);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(day);
  });
});

describe("a certificate says of its user what was read of the request, to the letter", () => {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

  async function requested(subject: x509.JsonNameParams): Promise<string> {
    const keys = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
      name: new x509.Name(subject),
      keys,
      signingAlgorithm: algorithm,
    });
    return request.toString("pem");
  }

  it.each<[string, x509.JsonNameParams]>([
    ["an escape", [{ O: [{ utf8String: "system\\:masters" }] }, { CN: [{ utf8String: "a\\b" }] }]],
    [
      "quotes",
      [
        { O: [{ utf8String: "system:nodes" }] },
        { CN: [{ utf8String: 'system:node:"system:kube-controller-manager"' }] },
      ],
    ],
    [
      "what looks like a value's bytes",
      [{ O: [{ utf8String: "#130e73797374656d3a6d617374657273" }] }, { CN: [{ utf8String: "#1301" }] }],
    ],
    [
      "another kind of text",
      [{ O: [{ universalString: "system:masters" }] }, { CN: [{ bmpString: "ann" }] }],
    ],
  ])("%s", async (_what, subject) => {
    const request = await requested(subject);
    const { commonName, organizations } = readCertificateRequest(firstPemBlock(request)!.bytes).subject;
    const order = { request, usages: ["client auth"], lifetime: day };
    const { user } = await who("one", await server.server.signCertificate("one", order));
    expect(user).toMatchObject({
      username: commonName,
      groups: [...organizations, "system:authenticated"],
    });
    expect(organizations).not.toContain("system:masters");
  });
});

it("signs for clusters that there are alone", async () => {
  await expect(sign("none")).rejects.toMatchObject({ code: "kubernetes-cluster-gone" });
});
