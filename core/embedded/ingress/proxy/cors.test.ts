import { expect, test } from "vitest";
import type { Cors } from "../routing/rule.ts";
import { answerHeaders, isPreflight, preflightHeaders } from "./cors.ts";

const cors: Cors = {
  origins: ["https://www.foo.com", "https://*.bar.com"],
  methods: ["GET", "OPTIONS"],
  headers: ["x-header-1", "x-header-2"],
  expose: ["x-header-3"],
  credentials: true,
  maxAge: 3600,
};
const asked = {
  method: "OPTIONS",
  origin: "https://www.foo.com",
  wantedMethod: "GET",
  wantedHeaders: "x-header-1",
};

test("only an OPTIONS request with an origin and a method asks what it may do", () => {
  expect(isPreflight(asked)).toBe(true);
  expect(isPreflight({ ...asked, wantedMethod: undefined })).toBe(false);
  expect(isPreflight({ ...asked, method: "GET" })).toBe(false);
});

test.each([
  ["https://www.foo.com", true],
  ["https://x.bar.com", true],
  ["https://x.y.bar.com", true],
  ["https://bar.com", false],
  ["http://x.bar.com", false],
  ["https://evil.com/.bar.com", false],
  ["https://evilbar.com", false],
  ["null", false],
])("the origin %s is let: %s", (origin, expected) => {
  expect(answerHeaders(cors, origin).length > 0).toBe(expected);
});

test("a preflight is told everything", () => {
  expect(Object.fromEntries(preflightHeaders(cors, asked))).toEqual({
    "access-control-allow-origin": "https://www.foo.com",
    vary: "Origin",
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET, OPTIONS",
    "access-control-allow-headers": "x-header-1, x-header-2",
    "access-control-expose-headers": "x-header-3",
    "access-control-max-age": "3600",
  });
});

test("everything allowed is said as *, except with credentials, when browsers don't take that", () => {
  const open = { ...cors, origins: ["*"], methods: ["*"], headers: ["*"], expose: [], credentials: false };
  expect(Object.fromEntries(preflightHeaders(open, asked))).toEqual({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "*",
    "access-control-allow-headers": "*",
    "access-control-max-age": "3600",
  });
  expect(Object.fromEntries(preflightHeaders({ ...open, credentials: true }, asked))).toMatchObject({
    "access-control-allow-origin": "https://www.foo.com",
    "access-control-allow-methods": "GET",
    "access-control-allow-headers": "x-header-1",
  });
});
