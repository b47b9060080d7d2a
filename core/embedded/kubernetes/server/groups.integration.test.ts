import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ecRequest } from "../machinery/conformance/corpus/certificates/requests.ts";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

let cluster: TestServer;
beforeAll(async () => {
  cluster = await openTestServer();
});
afterAll(() => cluster.close());

describe("an autoscaler in its two versions", () => {
  const older = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
  const newer = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const memory = { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } };

  test("is one object", async () => {
    const spec = { scaleTargetRef, maxReplicas: 3, targetCPUUtilizationPercentage: 60 };
    const body = { metadata: { name: "one" }, spec };
    await cluster.ok("POST", older, body);
    const read = await cluster.ok("GET", `${newer}/one`);
    const target = { type: "Utilization", averageUtilization: 60 };
    expect(read.spec).toMatchObject({ metrics: [{ type: "Resource", resource: { name: "cpu", target } }] });
    expect(read.apiVersion).toBe("autoscaling/v2");
  });

  test("keeps in annotations what the older one has no field for", async () => {
    const metrics = [{ type: "Resource", resource: memory }];
    const behavior = { scaleDown: { stabilizationWindowSeconds: 5 } };
    const spec = { scaleTargetRef, maxReplicas: 3, metrics, behavior };
    await cluster.ok("POST", newer, { metadata: { name: "two" }, spec });
    const read = await cluster.ok("GET", `${older}/two`);
    const { annotations } = read.metadata as { annotations: Record<string, string> };
    expect(JSON.parse(annotations["autoscaling.alpha.kubernetes.io/metrics"]!)).toEqual([
      { type: "Resource", resource: { name: "memory", targetAverageValue: "1Gi" } },
    ]);
    await cluster.ok("PUT", `${older}/two`, { ...read, spec: { ...(read.spec as object), maxReplicas: 4 } });
    const after = await cluster.ok("GET", `${newer}/two`);
    expect(after.spec).toMatchObject({ maxReplicas: 4, metrics, behavior });
    expect(after.metadata.annotations).toBeUndefined();
  });
});

describe("a request for a certificate", () => {
  const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  const spec = {
    request: Buffer.from(ecRequest).toString("base64"),
    signerName: "example.com/signer",
    usages: ["client auth"],
    username: "somebody else",
  };
  const approved = { type: "Approved", status: "True", reason: "Fine" };

  test("says who asked", async () => {
    const made = await cluster.ok("POST", requests, { metadata: { name: "asked" }, spec });
    expect(made.spec).toMatchObject({ username: "admin" });
  });

  test("is approved by who may approve for its signer, and nobody else", async () => {
    const held = await cluster.ok("POST", requests, { metadata: { name: "judged" }, spec });
    const body = { ...held, status: { conditions: [approved] } };
    const token = "ann-s";
    cluster.server.addToken({ token, user: { name: "ann", groups: ["system:authenticated"] } });
    const verbs = ["get", "update"];
    const rules = [
      { verbs, apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/approval"] },
    ];
    await bind("approver", "ann", rules);
    const refused = await cluster.send("PUT", `${requests}/judged/approval`, { body, token });
    expect(refused.status).toBe(403);
    expect(refused.body.message).toContain(
      'user not permitted to approve requests with signerName "example.com/signer"',
    );
    const signers = {
      apiGroups: ["certificates.k8s.io"],
      resources: ["signers"],
      resourceNames: ["example.com/*"],
    };
    await bind("signer", "ann", [{ verbs: ["approve"], ...signers }]);
    const taken = await cluster.send("PUT", `${requests}/judged/approval`, { body, token });
    expect(taken.body.status.conditions).toMatchObject([approved]);
  });

  test("isn't taken for the group that may do everything", async () => {
    const request = readFileSync(new URL("../testing/masters.csr", import.meta.url)).toString("base64");
    const signerName = "kubernetes.io/kube-apiserver-client";
    const body = { metadata: { name: "masters" }, spec: { ...spec, request, signerName } };
    expect(await cluster.send("POST", requests, { body })).toMatchObject({ status: 403 });
  });
});

async function bind(name: string, user: string, rules: readonly unknown[]): Promise<void> {
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  await cluster.ok("POST", `${rbac}/clusterroles`, { metadata: { name }, rules });
  await cluster.ok("POST", `${rbac}/clusterrolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: user }],
  });
}

describe("an APIService", () => {
  const services = "/apis/apiregistration.k8s.io/v1/apiservices";

  test("is there for each group that is served, and available", async () => {
    const { items } = await cluster.ok("GET", services);
    const { groups } = await cluster.ok("GET", "/apis");
    const served = groups.flatMap((group: { versions: { groupVersion: string }[] }) =>
      group.versions.map(({ groupVersion }) => groupVersion.split("/").reverse().join(".")),
    );
    const own = "v1.apiregistration.k8s.io";
    const names = items.map((item: { metadata: { name: string } }) => item.metadata.name).sort();
    expect(names).toEqual(["v1.", ...served.filter((name: string) => name !== own)].sort());
    for (const item of items)
      expect(item.status.conditions[0]).toMatchObject({ status: "True", reason: "Local" });
  });

  test("of another server says that nothing is passed on to it", async () => {
    const spec = {
      group: "metrics.k8s.io",
      version: "v1beta1",
      service: { namespace: "kube-system", name: "metrics" },
      groupPriorityMinimum: 100,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
    };
    const name = "v1beta1.metrics.k8s.io";
    await cluster.ok("POST", services, { metadata: { name }, spec });
    const status = async () => (await cluster.ok("GET", `${services}/${name}`)).status;
    const conditions = [{ type: "Available", status: "False", reason: "NoAggregation" }];
    await expect.poll(status).toMatchObject({ conditions });
  });
});

test("whoever writes a RuntimeClass is told that Pods don't run by it", async () => {
  const response = await cluster.server.handler({
    method: "POST",
    path: "/apis/node.k8s.io/v1/runtimeclasses",
    headers: {
      authorization: "Bearer admin-token-of-the-tests",
      "content-type": "application/json",
    },
    json: {
      apiVersion: "node.k8s.io/v1",
      kind: "RuntimeClass",
      metadata: { name: "other" },
      handler: "other",
    },
  } as never);
  expect(response.status).toBe(201);
  expect(response.headers["warning"]).toContain("run here as all others");
});

test("a mandatory FlowSchema stays as it is", async () => {
  const path = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/exempt";
  const stored = await cluster.ok("GET", path);
  const body = { ...stored, spec: { ...stored.spec, matchingPrecedence: 2 } };
  const answer = await cluster.send("PUT", path, { body });
  expect(answer.status).toBe(422);
});
