import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localAuthority } from "../../authority/local-authority.ts";
import { openTestServer, type TestServer } from "../../testing/test-server.ts";
import { readAuthenticationConfiguration } from "./configuration.ts";

const whoami = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const reviews = "/apis/authentication.k8s.io/v1/tokenreviews";

let dir: string;
let provider: Server;
let origin: string;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let server: TestServer;

/** An identity provider that listens, with a certificate of an authority of its own. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "catalyst-oidc-"));
  keys = await generateKeyPair("ES256");
  const key = { ...(await exportJWK(keys.publicKey)), kid: "one", alg: "ES256", use: "sig" };
  const authority = await localAuthority(dir, systemClock);
  provider = createServer(await authority.issueServer(), (request, response) => {
    const documents: Readonly<Record<string, unknown>> = {
      "/found/here": { issuer: `${origin}/issuer`, jwks_uri: `${origin}/keys` },
      "/keys": { keys: [key] },
    };
    response.end(JSON.stringify(documents[request.url ?? ""]));
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  origin = `https://localhost:${(provider.address() as AddressInfo).port}`;
  const issuers = await readAuthenticationConfiguration({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AuthenticationConfiguration",
    jwt: [
      {
        issuer: {
          url: `${origin}/issuer`,
          discoveryURL: `${origin}/found/here`,
          certificateAuthority: authority.certificate,
          audiences: ["one", "two"],
          audienceMatchPolicy: "MatchAny",
        },
        claimValidationRules: [
          { expression: "claims.?level.orValue(0) >= 2", message: "not this far" },
          { expression: "!has(claims.email) || claims.?email_verified.orValue(false)" },
        ],
        claimMappings: {
          username: { expression: "has(claims.email) ? claims.email : 'robot:' + claims.sub" },
          groups: { expression: "claims.roles.split(',').map(role, 'login:' + role)" },
          uid: { claim: "sub" },
          extra: [{ key: "example.com/tenant", valueExpression: "claims.?tenant.orValue('')" }],
        },
        userValidationRules: [
          { expression: "user.groups.exists(group, group == 'login:dev')", message: "developers alone" },
        ],
      },
    ],
  });
  server = await openTestServer({ oidc: { issuers } });
});
afterAll(async () => {
  await server.close();
  await new Promise((resolve) => provider.close(resolve));
  rmSync(dir, { recursive: true });
});

function sign(payload: JWTPayload, audience = "two"): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "ES256", kid: "one" })
    .setIssuer(`${origin}/issuer`)
    .setAudience(audience)
    .setExpirationTime("1h")
    .sign(keys.privateKey);
}

const claims = { sub: "7", level: 2, roles: "dev,ops", tenant: "acme", jti: "j" };
const ask = async (payload: JWTPayload, audience?: string) =>
  server.send("POST", whoami, { token: await sign(payload, audience), body: {} });

describe("a token of an issuer whose claims are mapped by expressions", () => {
  it("names the user that they make of it", async () => {
    const { status, body } = await ask(claims);
    expect(status).toBe(201);
    expect(body.status.userInfo).toEqual({
      username: "robot:7",
      uid: "7",
      groups: ["login:dev", "login:ops", "system:authenticated"],
      extra: { "authentication.kubernetes.io/credential-id": ["JTI=j"], "example.com/tenant": ["acme"] },
    });
    const { tenant: _tenant, jti: _jti, ...bare } = claims;
    const verified = await ask({ ...bare, email: "ann@example.com", email_verified: true }, "one");
    expect(verified.body.status.userInfo).not.toHaveProperty("extra");
    expect(verified.body.status.userInfo.username).toBe("ann@example.com");
  });

  it.each<[string, JWTPayload, string]>([
    ["that a rule of claims is against", { ...claims, level: 1 }, "not this far"],
    ["with an address nobody proved", { ...claims, email: "ann@example.com" }, "failed"],
    ["that a rule of users is against", { ...claims, roles: "ops" }, "developers alone"],
    ["of which an expression makes nothing", { ...claims, roles: 7 }, "split"],
    ["without what an expression asks for", { sub: "7", level: 2 }, "no such key: roles"],
    [
      "with a name of the cluster's own",
      { ...claims, email: "system:admin", email_verified: true },
      "system:",
    ],
  ])("is refused %s", async (_what, payload, why) => {
    expect((await ask(payload)).status).toBe(401);
    const { status } = await server.ok("POST", reviews, { spec: { token: await sign(payload) } });
    expect(status.authenticated).toBeUndefined();
    expect(status.error).toContain(why);
  });
});
