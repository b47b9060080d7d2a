import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available } from "./available.ts";
import { type Lab, programPath, startLab } from "./lab.ts";

const names = ["kube-controller-manager", "kube-scheduler", "kwok", "kubectl"];

describe.skipIf(!(await available(import.meta.filename, ...names)))("the lab's cluster", () => {
  let lab: Lab;
  const kubectl = (...words: string[]) =>
    execFileSync(
      programPath("kubectl"),
      [...words, "--kubeconfig", lab.fact("kube-apiserver", "kubeconfig")],
      {
        encoding: "utf8",
      },
    );

  beforeAll(async () => {
    lab = await startLab(names);
  });
  afterAll(() => lab?.stop());

  test("brings a Deployment to Available on kwok's node", () => {
    kubectl("create", "deployment", "web", "--image=registry.example/web:1");
    kubectl("wait", "--for=condition=Available", "deployment/web", "--timeout=60s");
    expect(kubectl("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].status.phase}")).toBe(
      "Running",
    );
  });

  test("is the Kubernetes that the data of the embedded API server come from", () => {
    const { serverVersion } = JSON.parse(kubectl("version", "-o", "json")) as {
      serverVersion: { gitVersion: string };
    };
    expect(serverVersion.gitVersion).toBe("v1.36.3");
  });
});
