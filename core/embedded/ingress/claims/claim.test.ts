import { expect, test } from "vitest";
import { type Claim, decideClaim, leaseName, needsClaim, ownerBefore } from "./claim.ts";

test("no two hosts share a Lease", () => {
  const hosts = ["shop.example", "*.shop.example", "**.shop.example", "wildcard.shop.example"];
  expect(new Set(hosts.map(leaseName)).size).toBe(hosts.length);
});

test("names of the platform, and rules without a host, need no claim", () => {
  const hosts = ["", "a.acme.localhost", "*.acme.localhost", "shop.localhost", "*.localhost", "shop.example"];
  expect(hosts.map(needsClaim)).toEqual([false, false, false, true, true, true]);
});

const since = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));

test.each([
  ["who has it keeps it, though another names it since longer", "b", true, since({ a: "1", b: "2" }), "keep"],
  ["who has it and doesn't name it loses it to the first", "b", false, since({ c: "2", a: "1" }), "take a"],
  ["nobody's goes to the first", undefined, false, since({ b: "1", a: "2" }), "take b"],
  ["at the same moment the name decides", undefined, false, since({ b: "1", a: "1" }), "take a"],
  ["whom nobody follows lets it go", "b", false, since({}), "release"],
  ["nobody's stays nobody's", undefined, false, since({}), "keep"],
])("%s", (_name, holder, holds, claimants, expected) => {
  const action = decideClaim(holder, holds, claimants);
  expect(action.type === "take" ? `take ${action.cluster}` : action.type).toBe(expected);
});

const claim = (cluster: string, host: string, at: string): Claim => ({ cluster, host, since: at });

test.each([
  ["the same host of another", "shop.example", [claim("a", "shop.example", "1")], "a"],
  ["one's own", "shop.example", [claim("b", "shop.example", "1")], undefined],
  [
    "a name below another's older wildcard",
    "x.shop.example",
    [claim("a", "**.shop.example", "1"), claim("b", "x.shop.example", "2")],
    "a",
  ],
  [
    "a name that was there before the wildcard",
    "x.shop.example",
    [claim("a", "**.shop.example", "2"), claim("b", "x.shop.example", "1")],
    undefined,
  ],
  [
    "a wildcard above another's name",
    "*.shop.example",
    [claim("a", "x.shop.example", "1"), claim("b", "*.shop.example", "2")],
    undefined,
  ],
  ["a name of another cluster's platform", "x.acme.localhost", [], "acme"],
])("%s is kept from a cluster", (_name, host, claims, expected) => {
  expect(ownerBefore("b", host, claims)).toBe(expected);
});
