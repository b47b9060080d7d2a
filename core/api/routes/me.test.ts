import type { Clock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { memoryBucket } from "@catalyst/ports/events/testing";
import { Projection } from "@catalyst/projector";
import { beforeEach, describe, expect, it } from "vitest";
import { sessionCookie } from "../access/authenticate.ts";
import { Sessions, sessionLifetime } from "../access/sessions.ts";
import { Tokens } from "../access/tokens.ts";
import type { ApiOptions, AuditEntry } from "../options.ts";
import type { ApiServer } from "../route.ts";
import { openApi } from "../server.ts";

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
let now: number;
let server: ApiServer;
let tokens: Tokens;
let audit: AuditEntry[];
const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };

beforeEach(async () => {
  now = start;
  audit = [];
  tokens = await Tokens.open(memoryBucket(), clock);
  const sessions = await Sessions.open(memoryBucket(), clock);
  const profile = (user: string) => ({ user, name: user, email: "", sovereignAdmin: false });
  server = await openApi({
    origin: "http://localhost",
    projection: new Projection(),
    access: { tokens, sessions, profile },
    audit: async (entry: AuditEntry) => void audit.push(entry),
    clock,
    logger: silentLogger,
  } as unknown as ApiOptions);
});

type Headers = Record<string, string>;

async function post(url: string, headers: Headers, body?: object) {
  const answer = await server.inject({
    method: "POST",
    url,
    headers,
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status: answer.statusCode, ...answer.json() };
}

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
const endOf = (token: string) => Date.parse(tokens.verify(token)?.expiresAt ?? "");

/** Signs in by a link made with a token; gives what the browser sends from then on. */
async function signInBy(token: string): Promise<Headers> {
  const { url } = await post("/v1/sign-in-links", bearer(token));
  const { pathname, search } = new URL(url);
  const answer = await server.inject({ method: "GET", url: `${pathname}${search}` });
  const cookie = new RegExp(`${sessionCookie}=([^;]+)`).exec(String(answer.headers["set-cookie"]))?.[0] ?? "";
  const me = await server.inject({ method: "GET", url: "/v1/me", headers: { cookie } });
  return { cookie, "x-csrf-token": me.json().csrfToken };
}

describe("what is made with a token that ends", () => {
  let maker: string;
  beforeEach(async () => {
    maker = (await tokens.create("ada", "maker", "write", { lifetime: 10 * day })).token;
  });

  it("is a token that ends with it, unless it says to end earlier", async () => {
    const same = await post("/v1/tokens", bearer(maker), { name: "same" });
    expect(endOf(same.token)).toBe(start + 10 * day);
    const earlier = await post("/v1/tokens", bearer(maker), { name: "earlier", days: 3 });
    expect(endOf(earlier.token)).toBe(start + 3 * day);
  });

  it("is refused when it would end later", async () => {
    expect(await post("/v1/tokens", bearer(maker), { name: "later", days: 11 })).toMatchObject({
      status: 422,
      code: "token-lifetime-refused",
      field: "days",
    });
    expect(tokens.list("ada")).toHaveLength(1);
  });

  it("is a session that ends with it, as does what that makes", async () => {
    now = start + 10 * day - sessionLifetime / 2;
    const browser = await signInBy(maker);
    const made = await post("/v1/tokens", browser, { name: "by the session" });
    expect(endOf(made.token)).toBe(start + 10 * day);
    const { url } = await post("/v1/sign-in-links", browser);
    expect(url).toContain("code=");
    now = start + 10 * day;
    const me = await server.inject({ method: "GET", url: "/v1/me", headers: browser });
    expect(me.statusCode).toBe(401);
  });
});

describe("what is made without such an end", () => {
  it.each([
    [
      "with a token that has no end",
      async () => bearer((await tokens.create("ada", "maker", "write")).token),
    ],
    [
      "by a session of a token that has no end",
      async () => signInBy((await tokens.create("ada", "maker", "write")).token),
    ],
  ])("%s may have none", async (_name, headers) => {
    const { token } = await post("/v1/tokens", await headers(), { name: "endless" });
    expect(tokens.verify(token)).toMatchObject({ user: "ada", name: "endless" });
    expect(tokens.verify(token)?.expiresAt).toBeUndefined();
  });
});

it("a token that only reads makes none", async () => {
  const { token } = await tokens.create("ada", "reader", "read");
  expect((await post("/v1/tokens", bearer(token), { name: "more" })).status).toBe(403);
  expect((await post("/v1/sign-in-links", bearer(token))).status).toBe(403);
});

it("writes down who made and ended which token, and never the token", async () => {
  const { token: maker } = await tokens.create("ada", "maker", "write");
  const { id, token } = await post("/v1/tokens", bearer(maker), { name: "ci", scope: "read" });
  await server.inject({ method: "DELETE", url: `/v1/tokens/${id}`, headers: bearer(maker) });
  await server.inject({ method: "DELETE", url: `/v1/tokens/${id}`, headers: bearer(maker) });
  expect(audit).toMatchObject([
    { user: "ada", action: "create-token", outcome: "done", message: `Made token ${id}, "ci", to read` },
    { user: "ada", action: "end-token", outcome: "done", message: `Ended token ${id}` },
    { user: "ada", action: "end-token", outcome: "refused" },
  ]);
  expect(JSON.stringify(audit)).not.toContain(token);
});
