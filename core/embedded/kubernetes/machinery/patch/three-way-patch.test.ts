import { expect, test } from "vitest";
import { findTypeOfKind } from "../schema/builtin.ts";
import golden from "./golden/three-way-patch.json" with { type: "json" };
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";
import { threeWayPatch } from "./three-way-patch.ts";

interface Case {
  readonly original: Record<string, unknown>;
  readonly modified: Record<string, unknown>;
  readonly current: Record<string, unknown>;
  readonly patch: unknown;
}
const cases = golden as unknown as readonly Case[];

test("is what the API machinery makes of the same three objects", () => {
  for (const [index, { original, modified, current, patch }] of cases.entries())
    expect(threeWayPatch(original, modified, current), `case ${index}`).toEqual(patch);
});

test("is nothing for an object that is as it shall be, and undefined for a kind that isn't built in", () => {
  const object = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "a" },
    spec: { ports: [{ port: 80 }] },
  };
  expect(threeWayPatch(object, object, object)).toEqual({});
  const foreign = { ...object, apiVersion: "a.example/v1", kind: "Thing" };
  expect(threeWayPatch(foreign, foreign, foreign)).toBeUndefined();
});

test("leaves alone what somebody else set, and takes away what is no longer wanted", () => {
  const service = (metadata: object, ports: readonly object[]) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "a", ...metadata },
    spec: { ports },
  });
  const http = { name: "http", port: 80 };
  const original = service({ labels: { mine: "1" } }, [http, { name: "https", port: 443 }]);
  const modified = service({ labels: {} }, [http]);
  const current = service({ labels: { mine: "1", theirs: "2" } }, [
    { ...http, protocol: "TCP" },
    { name: "https", port: 443 },
    { name: "more", port: 8080 },
  ]);
  const type = findTypeOfKind("v1", "Service");
  if (type === undefined) throw new Error("Service is built in");
  const patched = applyStrategicMergePatch(type, current, threeWayPatch(original, modified, current));
  expect(patched).toEqual(
    service({ labels: { theirs: "2" } }, [
      { ...http, protocol: "TCP" },
      { name: "more", port: 8080 },
    ]),
  );
});
