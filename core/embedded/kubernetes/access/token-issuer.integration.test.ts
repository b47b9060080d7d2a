import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.server.ensure("demo");
});
afterAll(() => server.close());

const accounts = "/api/v1/namespaces/default/serviceaccounts";

async function tokenIn(cluster: string, audiences: readonly string[]): Promise<string> {
  await server.send("POST", `${cluster}${accounts}`, { body: { metadata: { name: "robot" } } });
  const { status } = await server.ok("POST", `${cluster}${accounts}/robot/token`, { spec: { audiences } });
  return status.token;
}

/** A document below `/.well-known` or `/openid` as a ServiceAccount reads it. */
async function read(path: string, token: string) {
  const headers = { host: "sovereign.example:8443", accept: "*/*" };
  const reply = await server.send("GET", path, { token, headers });
  expect(reply.status).toBe(200);
  return reply.body;
}

describe("who is given a token verifies it by the issuer's documents alone", () => {
  it.each(["", "/clusters/demo"])("in the cluster at '%s/'", async (cluster) => {
    const reader = await tokenIn(cluster, []);
    const found = await read(`${cluster}/.well-known/openid-configuration`, reader);
    expect(found.jwks_uri).toBe(`https://sovereign.example:8443${cluster}/openid/v1/jwks`);
    const keys: JSONWebKeySet = await read(new URL(found.jwks_uri).pathname, reader);
    const token = await tokenIn(cluster, ["vault"]);
    const options = {
      issuer: found.issuer,
      audience: "vault",
      algorithms: found.id_token_signing_alg_values_supported,
    };
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), options);
    expect(payload).toMatchObject({
      sub: "system:serviceaccount:default:robot",
      "kubernetes.io": { namespace: "default", serviceaccount: { name: "robot" } },
    });
  });

  it("27: and no cluster's keys prove another's tokens", async () => {
    const [own, other] = await Promise.all([tokenIn("", ["vault"]), tokenIn("/clusters/demo", ["vault"])]);
    expect(decodeJwt(own).iss).not.toBe(decodeJwt(other).iss);
    const keys: JSONWebKeySet = await read("/openid/v1/jwks", await tokenIn("", []));
    await expect(jwtVerify(other, createLocalJWKSet(keys))).rejects.toThrow();
  });

  it("and gives away no private key", async () => {
    const { keys } = await read("/openid/v1/jwks", await tokenIn("", []));
    for (const key of keys)
      expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
  });
});
