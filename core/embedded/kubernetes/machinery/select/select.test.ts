import { describe, expect, test } from "vitest";
import type { KubeObject } from "../object.ts";
import { builtinKinds } from "../schema/builtin.ts";
import { StatusError } from "../status.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { evaluateJsonPath, parseJsonPath } from "./json-path.ts";
import { labelSelectorOf, parseLabelSelector } from "./label-selector.ts";

describe("parseLabelSelector", () => {
  const labels = { app: "web", tier: "front", "example.com/n": "5" };
  test.each<[string, boolean]>([
    ["", true],
    ["app=web", true],
    ["app==web,tier=front", true],
    ["app=other", false],
    ["app!=other", true],
    ["missing!=x", true],
    ["app in (web, api)", true],
    ["app in (api),tier", false],
    ["app notin (api)", true],
    ["tier", true],
    ["!tier", false],
    ["!missing", true],
    ["example.com/n>4", true],
    ["example.com/n<4", false],
    ["app in (web),!missing,tier notin (back)", true],
    ["app=", false],
  ])("%s: %s", (selector, matches) => {
    expect(parseLabelSelector(selector).matches(labels)).toBe(matches);
  });

  test.each(["a=b=c", "app in web", "=x", "a b", "app=bad value!", "bad key=x", "n>x"])(
    "%s is refused",
    (selector) => {
      expect(() => parseLabelSelector(selector)).toThrow(StatusError);
    },
  );

  test("tells what a key must be", () => {
    expect(parseLabelSelector("app in (a,b),x!=y").required("app")).toEqual(["a", "b"]);
    expect(parseLabelSelector("app!=a").required("app")).toBeUndefined();
  });
});

test("a LabelSelector object: nothing, everything, expressions", () => {
  expect(labelSelectorOf(undefined).matches({ a: "b" })).toBe(false);
  expect(labelSelectorOf({}).matches(undefined)).toBe(true);
  const selector = labelSelectorOf({
    matchLabels: { app: "web" },
    matchExpressions: [
      { key: "tier", operator: "In", values: ["a", "b"] },
      { key: "old", operator: "DoesNotExist" },
    ],
  });
  expect(selector.matches({ app: "web", tier: "b" })).toBe(true);
  expect(selector.matches({ app: "web", tier: "b", old: "" })).toBe(false);
});

describe("parseFieldSelector", () => {
  const pods = builtinKinds().find((kind) => kind.kind === "Pod");
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "d" },
    spec: { nodeName: "n" },
    status: { phase: "Running" },
  } as KubeObject;
  if (pods === undefined) throw new Error("no Pods");

  test.each<[string, boolean]>([
    ["", true],
    ["metadata.name=p", true],
    ["metadata.name==q", false],
    ["status.phase!=Running", false],
    ["spec.nodeName=n,status.phase=Running", true],
    ["spec.nodeName=", false],
    ["status.nominatedNodeName=", true],
  ])("%s: %s", (selector, matches) => {
    expect(parseFieldSelector(pods, selector).matches(pod)).toBe(matches);
  });

  test("a field the kind doesn't offer is refused", () => {
    expect(() => parseFieldSelector(pods, "spec.containers=x")).toThrow(
      "field label not supported: spec.containers",
    );
    expect(() => parseFieldSelector(pods, "spec.nodeName")).toThrow("invalid selector");
    const configMaps = builtinKinds().find((kind) => kind.kind === "ConfigMap");
    if (configMaps === undefined) throw new Error("no ConfigMaps");
    expect(() => parseFieldSelector(configMaps, "data.a=x")).toThrow(
      '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });
});

describe("JSON paths", () => {
  const value = {
    spec: {
      ports: [
        { name: "a", port: 1 },
        { name: "b", port: 2, tags: ["x"] },
      ],
      "odd.key": 3,
    },
    status: {
      conditions: [
        { type: "Ready", status: "True" },
        { type: "Other", status: "False" },
      ],
    },
  };
  test.each<[string, readonly unknown[]]>([
    [".spec.ports[*].port", [1, 2]],
    ["{.spec.ports[1].name}", ["b"]],
    [".spec.ports[-1:].port", [2]],
    [".spec.ports[0:1].name", ["a"]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".status.conditions[?(@.type=='Other')].status", ["False"]],
    [".spec.ports[?(@.port>1)].name", ["b"]],
    [".spec.ports[?(@.tags)].name", ["b"]],
    [".spec['odd.key']", [3]],
    [".spec.odd\\.key", [3]],
    [".spec.missing.deeper", []],
    ["..port", [1, 2]],
  ])("%s", (path, found) => {
    expect(evaluateJsonPath(parseJsonPath(path), value)).toEqual(found);
  });

  test("nonsense is refused", () => {
    expect(() => parseJsonPath(".spec[")).toThrow(StatusError);
  });
});
