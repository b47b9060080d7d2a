import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../sovereign/calls.ts";
import { launcher, type Sovereign, startSovereign } from "../sovereign/sovereign.ts";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

const has = await available(import.meta.filename, "kubectl", "helm", "helm3");

/** One Sovereign with bp-gitea installed by a real git push, then looked at with real tools. */
describe.skipIf(!has)("a Sovereign driven by the real git, kubectl and helm", { timeout: 180_000 }, () => {
  let sovereign: Sovereign;
  let folder = "";
  let kubeconfig = "";

  const kubectl = (...words: string[]) =>
    execFileSync(programPath("kubectl"), ["--kubeconfig", kubeconfig, ...words], { encoding: "utf8" });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lab-sovereign-"));
    sovereign = await startSovereign();
    const digest = await digestOf("bp-gitea");
    const clone = join(folder, "clone");
    await untilReady();
    const url = sovereign.url.replace("://", `://admin:${sovereign.token()}@`);
    const git = (...words: string[]) =>
      execFileSync("git", words, { cwd: clone, stdio: ["ignore", "pipe", "pipe"] });
    mkdirSync(clone);
    git("clone", "--quiet", `${url}/git/demo/demo-dev.git`, ".");
    mkdirSync(join(clone, "applications/code"), { recursive: true });
    const application = {
      apiVersion: "catalyst.openova.io/v1alpha1",
      kind: "Application",
      metadata: { name: "code" },
      spec: { blueprint: { name: "bp-gitea", version: "1.1.0", digest }, config: {} },
    };
    writeFileSync(join(clone, "applications/code/application.yaml"), JSON.stringify(application));
    git("add", ".");
    git("-c", "user.name=Ada", "-c", "user.email=ada@localhost", "commit", "--quiet", "-m", "Install code");
    git("push", "--quiet");
    kubeconfig = join(folder, "kubeconfig");
    const words = ["kubeconfig", "--data", sovereign.data, "--cluster", "demo-dev"];
    writeFileSync(kubeconfig, execFileSync(launcher, words), { mode: 0o600 });
  });
  afterAll(async () => {
    await sovereign?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function get<T>(path: string): Promise<T> {
    const headers = { authorization: `Bearer ${sovereign.token()}` };
    return (await (await fetch(sovereign.url + path, { headers })).json()) as T;
  }

  async function digestOf(name: string): Promise<string> {
    const { releases } = await get<{ releases: { digest: string }[] }>(`/v1/blueprints/${name}`);
    return releases[0]?.digest ?? "";
  }

  const untilReady = () =>
    eventually(
      "demo-dev is ready",
      async () => (await get<{ ready?: boolean }>("/v1/environments/demo-dev")).ready === true,
    );

  test("kubectl waits for the Application and its workload", async () => {
    await eventually("the Application is there", async () =>
      kubectl("get", "applications", "-A").includes("code"),
    );
    kubectl("wait", "--for=condition=Ready", "application/code", "-n", "applications", "--timeout=60s");
    expect(kubectl("get", "pods", "-n", "code", "-o", "jsonpath={.items[*].status.phase}")).toBe("Running");
    expect(kubectl("describe", "helmrelease", "code", "-n", "applications")).toContain("Ready");
  });

  test.each(["helm", "helm3"])("%s lists the release and reads its manifest", (helm) => {
    const run = (...words: string[]) =>
      execFileSync(programPath(helm), [...words, "--kubeconfig", kubeconfig, "-n", "code"], {
        encoding: "utf8",
      });
    const [release] = JSON.parse(run("list", "--output", "json")) as { name: string; status: string }[];
    expect(release).toMatchObject({ name: "code", status: "deployed" });
    expect(run("get", "manifest", "code")).toContain("kind: Service");
  });

  test("kubectl refuses what the certificate doesn't cover", () => {
    const config = readFileSync(kubeconfig, "utf8");
    expect(config).not.toContain("insecure-skip-tls-verify");
  });
});
