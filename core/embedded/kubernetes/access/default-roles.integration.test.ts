import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const plurals = ["clusterroles", "clusterrolebindings", "roles", "rolebindings"] as const;
const autoupdate = "rbac.authorization.kubernetes.io/autoupdate";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const merge = (path: string, body: unknown) =>
  server.ok("PATCH", `${rbac}/${path}`, body, "application/merge-patch+json");

describe("the roles a cluster begins with", () => {
  it.each(plurals)("are a real API server's: %s", async (plural) => {
    const file = new URL("../data/default-roles.generated.json", import.meta.url);
    const recorded = JSON.parse(readFileSync(file, "utf8"))[plural] as readonly object[];
    const { items } = await server.ok("GET", `${rbac}/${plural}`);
    expect(items).toHaveLength(recorded.length);
    for (const [index, expected] of recorded.entries()) expect(items[index]).toMatchObject(expected);
  });

  it("are completed at the next start, and what was added to them stays", async () => {
    const extra = { apiGroups: ["example.com"], resources: ["widgets"], verbs: ["get"] };
    const { rules } = await server.ok("GET", `${rbac}/clusterroles/system:basic-user`);
    await merge("clusterroles/system:basic-user", { rules: [extra], metadata: { labels: { own: "yes" } } });
    await merge("clusterrolebindings/system:basic-user", { subjects: [] });
    await server.restart();
    const role = await server.ok("GET", `${rbac}/clusterroles/system:basic-user`);
    expect(role.metadata.labels).toMatchObject({ own: "yes" });
    expect(role.rules).toContainEqual(extra);
    expect(role.rules.flatMap((rule: { resources: string[] }) => rule.resources).sort()).toEqual(
      [...rules.flatMap((rule: { resources: string[] }) => rule.resources), "widgets"].sort(),
    );
    const binding = await server.ok("GET", `${rbac}/clusterrolebindings/system:basic-user`);
    expect(binding.subjects).toMatchObject([{ kind: "Group", name: "system:authenticated" }]);
  });

  it("aren't completed when they say so", async () => {
    await merge("clusterroles/system:discovery", {
      rules: [],
      metadata: { annotations: { [autoupdate]: "false" } },
    });
    await server.restart();
    expect((await server.ok("GET", `${rbac}/clusterroles/system:discovery`)).rules ?? []).toEqual([]);
  });

  it("are there again after the next start when they were deleted", async () => {
    await server.ok("DELETE", `${rbac}/clusterroles/system:node-bootstrapper`);
    const gone = await server.send("GET", `${rbac}/clusterroles/system:node-bootstrapper`);
    expect(gone.status).toBe(404);
    await server.restart();
    await server.ok("GET", `${rbac}/clusterroles/system:node-bootstrapper`);
  });
});
