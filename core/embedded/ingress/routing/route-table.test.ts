import { describe, expect, test } from "vitest";
import type { RequestHead } from "./match.ts";
import { RouteTable } from "./route-table.ts";
import { type Match, noActions, type Rule } from "./rule.ts";

function rule(name: string, host: string, match: Partial<Match> = {}, more: Partial<Rule> = {}): Rule {
  return {
    source: { kind: "HTTPRoute", namespace: "default", name, since: "2026-01-01T00:00:00Z" },
    hosts: [host],
    match: { path: { type: "Prefix", value: "/" }, headers: [], query: [], ...match },
    isFallback: false,
    actions: noActions,
    backends: [],
    certificates: [],
    ...more,
  };
}

function head(method: string, target: string, headers: Readonly<Record<string, string>> = {}): RequestHead {
  const [path = "", query = ""] = target.split("?");
  return { method, path, query: new URLSearchParams(query), header: (name) => headers[name] };
}

function tableOf(rules: readonly Rule[], owner = "acme"): RouteTable {
  const table = new RouteTable(() => owner);
  for (const name of new Set(rules.map(({ source }) => source.name)))
    table.set(
      "acme",
      { kind: "HTTPRoute", namespace: "default", name },
      rules.filter(({ source }) => source.name === name),
    );
  return table;
}

const prefix = (value: string) => ({ path: { type: "Prefix" as const, value } });
const exact = (value: string) => ({ path: { type: "Exact" as const, value } });
const expression = (value: string) => ({ path: { type: "RegularExpression" as const, value } });

describe("which rule answers", () => {
  const rules = [
    rule("root", "a.b"),
    rule("one", "a.b", prefix("/one")),
    rule("one-two", "a.b", prefix("/one/two/")),
    rule("exact", "a.b", exact("/one/two")),
    rule("expression", "a.b", expression("/v[0-9]+/.*")),
    rule("post", "a.b", { ...prefix("/one"), method: "POST" }),
    rule("header", "a.b", { headers: [{ type: "Exact", name: "version", value: "two" }] }),
    rule("headers", "a.b", {
      headers: [
        { type: "Exact", name: "version", value: "two" },
        { type: "RegularExpression", name: "color", value: "bl.e" },
      ],
    }),
    rule("query", "a.b", { query: [{ type: "Exact", name: "q", value: "1" }] }),
    rule("wild", "**.b"),
    rule("label", "*.b", prefix("/label")),
  ];
  const table = tableOf(rules);
  test.each<[string, string, string, Record<string, string>, string | undefined]>([
    ["a.b", "GET", "/", {}, "root"],
    ["a.b", "GET", "/one", {}, "one"],
    ["a.b", "GET", "/onetwo", {}, "root"],
    ["a.b", "GET", "/one/two", {}, "exact"],
    ["a.b", "GET", "/one/two/x", {}, "one-two"],
    ["a.b", "GET", "/v12/x", {}, "expression"],
    ["a.b", "GET", "/x/v12/x", {}, "root"],
    ["a.b", "POST", "/one/x", {}, "post"],
    ["a.b", "GET", "/", { version: "two" }, "header"],
    ["a.b", "GET", "/", { version: "two", color: "blue" }, "headers"],
    ["a.b", "GET", "/", { version: "two", color: "dark blue" }, "header"],
    ["a.b", "GET", "/x?q=1&q=2", {}, "query"],
    ["a.b", "GET", "/x?q=2&q=1", {}, "root"],
    ["x.y.b", "GET", "/", {}, "wild"],
    ["x.b", "GET", "/label", {}, "label"],
    ["x.b", "GET", "/", {}, undefined],
    ["other", "GET", "/", {}, undefined],
  ])("%s %s %s %o: %s", (host, method, target, headers, expected) => {
    expect(table.find(host, "http", head(method, target, headers))?.rule.source.name).toBe(expected);
  });
});

test("of equal rules the older object's is asked first, then the one first by name", () => {
  const since = {
    source: { kind: "HTTPRoute", namespace: "default", name: "old", since: "2025-01-01T00:00:00Z" },
  };
  const newer = [rule("b", "a.b"), rule("a", "a.b")];
  expect(tableOf(newer).find("a.b", "http", head("GET", "/"))?.rule.source.name).toBe("a");
  const all = [...newer, rule("old", "a.b", {}, since)];
  expect(tableOf(all).find("a.b", "http", head("GET", "/"))?.rule.source.name).toBe("old");
});

test("a rule of a TLS listener answers over TLS alone, and doesn't hide a wider host's plain one", () => {
  const table = tableOf([
    rule("secure", "a.b", {}, { scheme: "https" }),
    rule("plain", "**.b", {}, { scheme: "http" }),
  ]);
  expect(table.find("a.b", "https", head("GET", "/"))?.rule.source.name).toBe("secure");
  expect(table.find("a.b", "http", head("GET", "/"))?.rule.source.name).toBe("plain");
});

test("a default backend answers what no rule does", () => {
  const table = tableOf([
    rule("path", "a.b", prefix("/a")),
    rule("fallback", "a.b", {}, { isFallback: true, hosts: ["a.b", ""] }),
  ]);
  expect(table.find("a.b", "http", head("GET", "/a"))?.rule.source.name).toBe("path");
  expect(table.find("a.b", "http", head("GET", "/b"))?.rule.source.name).toBe("fallback");
});

test("a rule without a host is for its own cluster's names alone", () => {
  const table = tableOf([rule("any", "")]);
  expect(table.serves("blog.acme.localhost")).toBe(true);
  expect(table.serves("blog.other.localhost")).toBe(false);
  expect(table.serves("shop.example")).toBe(false);
});

test("case 41: a platform name is its cluster's whoever names it, another is its owner's", () => {
  const table = new RouteTable(() => "first");
  const source = { kind: "HTTPRoute", namespace: "default", name: "r" };
  for (const cluster of ["thief", "first", "acme"])
    table.set(cluster, source, [
      rule(cluster, "shop.example"),
      rule(cluster, "blog.acme.localhost"),
      rule(cluster, "**.localhost"),
    ]);
  expect(table.find("shop.example", "http", head("GET", "/"))?.cluster).toBe("first");
  expect(table.find("blog.acme.localhost", "http", head("GET", "/"))?.cluster).toBe("acme");
  expect(table.find("x.unknown.localhost", "http", head("GET", "/"))).toBeUndefined();
});

test("what an object no longer names is gone, and is told with what it names now", () => {
  const table = tableOf([rule("r", "a.b")]);
  const source = { kind: "HTTPRoute", namespace: "default", name: "r" };
  expect(table.set("acme", source, [rule("r", "c.d")])).toEqual(["a.b", "c.d"]);
  expect([table.serves("a.b"), table.serves("c.d")]).toEqual([false, true]);
  expect(table.set("acme", source, [])).toEqual(["c.d"]);
  expect(table.claimants("c.d").size).toBe(0);
});
