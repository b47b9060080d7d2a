import { describe, expect, it } from "vitest";
import { parsePath, splitCluster } from "./path.ts";

describe("paths", () => {
  const read = (path: string) => {
    const route = parsePath(path);
    if (route.kind === "other") return "other";
    const { group, version, resource, namespace, name, subresource } = route;
    return [group, version, resource, namespace, name, subresource].map((part) => part ?? "-").join(" ");
  };
  const cases: readonly (readonly [string, string])[] = [
    ["/", "other"],
    ["/version", "other"],
    ["/api/v1", "other"],
    ["/apis/apps/v1", "other"],
    ["/api//v1/pods", "other"],
    ["/api/v1/nodes", " v1 nodes - - -"],
    ["/api/v1/namespaces", " v1 namespaces - - -"],
    ["/api/v1/namespaces/a", " v1 namespaces - a -"],
    ["/api/v1/namespaces/a/status", " v1 namespaces - a status"],
    ["/api/v1/namespaces/a/finalize", " v1 namespaces - a finalize"],
    ["/api/v1/namespaces/a/pods", " v1 pods a - -"],
    ["/api/v1/namespaces/a/pods/b/log", " v1 pods a b log"],
    ["/apis/apps/v1/namespaces/a/deployments/b/scale", "apps v1 deployments a b scale"],
    [
      "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode",
      "rbac.authorization.k8s.io v1 clusterroles - system:node -",
    ],
  ];
  it.each(cases)("%s names %s", (path, expected) => {
    expect(read(path)).toBe(expected);
  });

  it.each(["/api/v1/namespaces/%2e%2e/pods", "/api/v1/nodes/a%2fb", "/api/v1/nodes/%zz"])(
    "%s is refused",
    (path) => {
      expect(() => parsePath(path)).toThrow(expect.objectContaining({ status: 400 }));
    },
  );

  it("name the cluster they are in", () => {
    expect(splitCluster("/api/v1/nodes", "management")).toEqual({
      cluster: "management",
      path: "/api/v1/nodes",
    });
    expect(splitCluster("/clusters/demo/api/v1/nodes", "management")).toEqual({
      cluster: "demo",
      path: "/api/v1/nodes",
    });
    expect(splitCluster("/clusters/demo", "management")).toEqual({ cluster: "demo", path: "/" });
  });
});
