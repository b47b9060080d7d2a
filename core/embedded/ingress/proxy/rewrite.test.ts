import { expect, test } from "vitest";
import { redirectLocation, rewriteTarget } from "./rewrite.ts";

const prefix = (value: string) => ({ type: "Prefix" as const, value });

test.each([
  ["/foo/bar", "/foo", "/xyz", "/xyz/bar"],
  ["/foo/bar", "/foo", "/xyz/", "/xyz/bar"],
  ["/foo/bar", "/foo/", "/xyz", "/xyz/bar"],
  ["/foo", "/foo", "/xyz", "/xyz"],
  ["/foo/", "/foo", "/xyz", "/xyz/"],
  ["/foo/bar", "/foo", "", "/bar"],
  ["/foo/", "/foo", "", "/"],
  ["/foo", "/foo", "", "/"],
  ["/foo/", "/foo", "/", "/"],
  ["/foo", "/foo", "/", "/"],
  ["/foo/bar?a=/foo", "/foo", "/xyz", "/xyz/bar?a=/foo"],
])("%s with the prefix %s replaced by '%s' is %s", (target, match, path, expected) => {
  expect(rewriteTarget(target, { type: "prefix", path }, prefix(match))).toBe(expected);
});

test("a whole path is replaced, the query stays", () => {
  expect(rewriteTarget("/a/b?c=d", { type: "whole", path: "/x" }, prefix("/"))).toBe("/x?c=d");
});

const plain = { scheme: "http" as const, authority: "a.localhost:8700", target: "/x?y" };

test.each([
  ["nothing but the host", { host: "b.localhost" }, plain, "http://b.localhost:8700/x?y"],
  ["to TLS, which is at the same port", { scheme: "https" }, plain, "https://a.localhost:8700/x?y"],
  ["to a port", { port: 9000 }, plain, "http://a.localhost:9000/x?y"],
  ["to a scheme's own port", { scheme: "https", port: 443 }, plain, "https://a.localhost/x?y"],
  ["another scheme's port", { port: 443 }, plain, "http://a.localhost:443/x?y"],
  [
    "a caller without a port",
    { scheme: "https" },
    { ...plain, authority: "shop.example" },
    "https://shop.example/x?y",
  ],
  ["a path", { path: { type: "whole" as const, path: "/new" } }, plain, "http://a.localhost:8700/new?y"],
])("%s", (_name, redirect, request, expected) => {
  expect(redirectLocation({ status: 302, ...redirect }, prefix("/"), request)).toBe(expected);
});
