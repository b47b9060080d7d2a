import { expect, test } from "vitest";
import { clusterOfHost, covers, hostName, intersection, patternsOf } from "./host.ts";

test("a Host header is read without port, case and last dot", () => {
  expect(["Shop.Localhost:8700", "a.b.", undefined].map(hostName)).toEqual(["shop.localhost", "a.b", ""]);
});

test.each([
  ["blog.acme-dev.localhost", "acme-dev"],
  ["a.blog.acme-dev.localhost", "acme-dev"],
  ["acme-dev.localhost", undefined],
  ["blog.acme-dev.example", undefined],
])("%s is a name of the cluster %s", (host, cluster) => {
  expect(clusterOfHost(host)).toBe(cluster);
});

test("a host's patterns go from the most specific to every host", () => {
  expect(patternsOf("a.b.c")).toEqual(["a.b.c", "*.b.c", "**.b.c", "**.c", ""]);
});

test.each([
  ["*.a.b", "x.a.b", true, "one label"],
  ["*.a.b", "x.y.a.b", false, "two labels"],
  ["*.a.b", "a.b", false, "no label"],
  ["**.a.b", "x.y.a.b", true, "any number"],
  ["**.a.b", "a.b", false, "but at least one"],
  ["**.a.b", "*.a.b", true, "the narrower wildcard"],
  ["**.b", "**.a.b", true, "the longer one"],
  ["**.a.b", "**.b", false, "not the shorter one"],
  ["*.a.b", "**.a.b", false, "not the wider wildcard"],
  ["**.a.b", "x.evila.b", false, "whole labels only"],
])("%s covers %s: %s (%s)", (wide, narrow, expected) => {
  expect(covers(wide, narrow)).toBe(expected);
});

test.each([
  ["", "", ""],
  ["", "a.b", "a.b"],
  ["a.b", "", "a.b"],
  ["**.b", "a.b", "a.b"],
  ["a.b", "**.b", "a.b"],
  ["**.b", "**.a.b", "**.a.b"],
  ["a.b", "c.b", undefined],
  ["**.b", "b", undefined],
])("a listener of '%s' and a route of '%s' share '%s'", (listener, route, expected) => {
  expect(intersection(listener, route)).toBe(expected);
});
