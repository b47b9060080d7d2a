import { silentLogger } from "@catalyst/base/logger";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { adminToken, openTestServer, type TestServer } from "../../testing/test-server.ts";

const url = "https://login.example";
const whoami = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

/** An identity provider that isn't on any network: what it would answer, by address. */
let published: readonly { readonly kid: string; readonly keys: Keys }[] = [];
let asked: string[] = [];
async function answer(input: Parameters<typeof fetch>[0]): Promise<Response> {
  const address = String(input);
  asked.push(address);
  if (address === `${url}/.well-known/openid-configuration`)
    return Response.json({ issuer: url, jwks_uri: `${url}/keys` });
  const keys = published.map(async ({ kid, keys: { publicKey } }) => ({
    ...(await exportJWK(publicKey)),
    kid,
    alg: "ES256",
    use: "sig",
  }));
  return Response.json({ keys: await Promise.all(keys) });
}

let server: TestServer;
let first: Keys;
let second: Keys;
beforeAll(async () => {
  [first, second] = await Promise.all([generateKeyPair("ES256"), generateKeyPair("ES256")]);
  published = [{ kid: "one", keys: first }];
  server = await openTestServer({
    tokens: [{ token: adminToken, user: { name: "admin", groups: ["system:masters"] } }],
    oidc: {
      fetch: answer,
      issuers: [
        {
          issuer: { url, audiences: ["cluster"] },
          claimMappings: {
            username: { claim: "email", prefix: "oidc:" },
            groups: { claim: "roles", prefix: "oidc:" },
            uid: { claim: "sub" },
          },
          claimValidationRules: [{ claim: "hd", requiredValue: "example.com" }],
          clusters: ["management"],
        },
      ],
    },
  });
  await server.server.ensure("demo");
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
});

const claims = { sub: "7", email: "ann@example.com", hd: "example.com", roles: ["dev"] };

function sign(payload: JWTPayload, kid = "one", keys = first, audience = "cluster", issuer = url) {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "ES256", kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime("1h")
    .sign(keys.privateKey);
}

const ask = (token: string, cluster = "") => server.send("POST", `${cluster}${whoami}`, { token, body: {} });

describe("a token of somebody else's identity provider", () => {
  it("names a user and its groups, under the issuer's prefixes", async () => {
    const { status, body } = await ask(await sign(claims));
    expect(status).toBe(201);
    expect(body.status.userInfo).toEqual({
      username: "oidc:ann@example.com",
      uid: "7",
      groups: ["oidc:dev", "system:authenticated"],
    });
  });

  it("is verified by keys that were fetched once", async () => {
    await ask(await sign(claims));
    await ask(await sign(claims));
    expect(asked).toEqual([]);
  });

  const refused: readonly (readonly [string, () => Promise<string>])[] = [
    ["24: for another audience", () => sign(claims, "one", first, "other")],
    ["of another key under a known name", () => sign(claims, "one", second)],
    ["without a claim it must have", () => sign({ ...claims, hd: "example.org" })],
    ["with an address nobody proved", () => sign({ ...claims, email_verified: false })],
    ["without a name", () => sign({ ...claims, email: undefined as never })],
    ["of an issuer nobody knows", () => sign(claims, "one", first, "cluster", "https://other.example")],
    ["whose end has come", () => expired()],
    ["without an end", () => endless()],
    ["signed with what everybody knows", () => symmetric()],
    ["that isn't signed", () => unsigned()],
  ];
  it.each(refused)("is refused %s", async (_what, make) => {
    expect((await ask(await make())).status).toBe(401);
  });

  it("27: is refused in a cluster the issuer isn't for", async () => {
    expect((await ask(await sign(claims), "/clusters/demo")).status).toBe(401);
  });

  it("is let in by a key that is new, once the issuer has published it", async () => {
    published = [
      { kid: "one", keys: first },
      { kid: "two", keys: second },
    ];
    // the keys of an issuer are looked at twice within half a minute at most, whoever asks
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    try {
      expect((await ask(await sign(claims, "two", second))).status).toBe(201);
      expect(asked).toEqual([`${url}/keys`]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("of an issuer that can't be asked is refused, and the log says why: once, whoever asks meanwhile", async () => {
    const told: unknown[] = [];
    const logger = { ...silentLogger, warn: (...words: readonly unknown[]) => void told.push(words) };
    const lost = await openTestServer({
      logger,
      oidc: {
        fetch: () => Promise.reject(new TypeError("fetch failed", { cause: new Error("nobody listens") })),
        issuers: [
          {
            issuer: { url, audiences: ["cluster"] },
            claimMappings: { username: { claim: "sub", prefix: "" } },
          },
        ],
      },
    });
    const token = await sign(claims);
    const refusal = async () => (await lost.send("POST", whoami, { token, body: {} })).status;
    const line = [
      "an identity provider has no keys",
      { issuer: url, error: expect.stringContaining("nobody listens") },
    ];
    try {
      expect([await refusal(), await refusal(), await refusal()]).toEqual([401, 401, 401]);
      expect(told).toEqual([line]);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11_000 });
      expect(await refusal()).toBe(401);
      expect(told).toEqual([line, line]);
    } finally {
      vi.useRealTimers();
      await lost.close();
    }
  });

  it("may not take a name of the cluster's own", async () => {
    const own = await openTestServer({
      tokens: [],
      oidc: {
        fetch: answer,
        issuers: [
          {
            issuer: { url, audiences: ["cluster"] },
            claimMappings: {
              username: { claim: "sub", prefix: "" },
              groups: { claim: "roles", prefix: "" },
            },
          },
        ],
      },
    });
    try {
      for (const payload of [{ sub: "system:admin" }, { sub: "ann", roles: ["system:masters"] }]) {
        const token = await sign(payload, "two", second);
        expect((await own.send("POST", whoami, { token, body: {} })).status).toBe(401);
      }
    } finally {
      await own.close();
    }
  });
});

function expired(): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid: "one" })
    .setIssuer(url)
    .setAudience("cluster")
    .setExpirationTime("-1m")
    .sign(first.privateKey);
}

function endless(): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid: "one" })
    .setIssuer(url)
    .setAudience("cluster")
    .sign(first.privateKey);
}

async function symmetric(): Promise<string> {
  const { x } = await exportJWK(first.publicKey);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", kid: "one" })
    .setIssuer(url)
    .setAudience("cluster")
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(x));
}

async function unsigned(): Promise<string> {
  const [, payload] = (await sign(claims)).split(".");
  return `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
}
