import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

const path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

let count = 0;

/** The status of a policy with one validation of Deployments, once its types were checked. */
async function checked(validation: object, more: object = {}): Promise<Record<string, unknown>> {
  const name = `policy-${count++}`;
  const rule = { operations: ["*"], apiGroups: ["apps"], apiVersions: ["v1"], resources: ["deployments"] };
  await server.ok("POST", path, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: { matchConstraints: { resourceRules: [rule] }, validations: [validation], ...more },
  });
  await expect
    .poll(async () => (await server.ok("GET", `${path}/${name}`)).status)
    .toHaveProperty("observedGeneration");
  return (await server.ok("GET", `${path}/${name}`)).status as Record<string, unknown>;
}

describe("the types of a policy", () => {
  it.each([
    ["a number", { expression: "object.spec.replicas > 1" }],
    ["labels", { expression: "has(object.metadata.labels) && object.metadata.labels['a'] == 'b'" }],
    ["what may be number or text", { expression: "object.spec.strategy.rollingUpdate.maxSurge == '1'" }],
  ])("are right: %s", async (_name, validation) => {
    expect(await checked(validation)).toEqual({ observedGeneration: 1, typeChecking: {} });
  });

  it("are told where they are wrong", async () => {
    const status = await checked({
      expression: "object.spec.replicas > '1'",
      messageExpression: "string(object.spec.unknown)",
    });
    expect(status["typeChecking"]).toEqual({
      expressionWarnings: [
        {
          fieldRef: "spec.validations[0].expression",
          warning:
            "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n" +
            " | object.spec.replicas > '1'\n | .....................^\n",
        },
        {
          fieldRef: "spec.validations[0].messageExpression",
          warning:
            "apps/v1, Kind=Deployment: ERROR: <input>:1:19: undefined field 'unknown'\n" +
            " | string(object.spec.unknown)\n | ..................^\n",
        },
      ],
    });
  });

  it("are those of variables and parameters too", async () => {
    const paramKind = { apiVersion: "v1", kind: "ConfigMap" };
    const variables = [{ name: "wanted", expression: "params.data['replicas']" }];
    const status = await checked(
      { expression: "object.spec.replicas == variables.wanted" },
      { paramKind, variables },
    );
    expect(JSON.stringify(status)).toContain("applied to '(int, string)'");
  });

  it("are nobody's where the rules have wildcards, or the type contains itself", async () => {
    for (const resources of [["*"], ["customresourcedefinitions"]]) {
      const apiGroups = ["apiextensions.k8s.io"];
      const rule = { operations: ["*"], apiGroups, apiVersions: ["v1"], resources };
      const matchConstraints = { resourceRules: [rule] };
      const status = await checked({ expression: "object.spec.replicas > '1'" }, { matchConstraints });
      expect(status).toEqual({ observedGeneration: 1, typeChecking: {} });
    }
  });
});
