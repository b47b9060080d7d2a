import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get as httpGet } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { localAuthority } from "@catalyst/embedded-kubernetes";
import { openPodmanHost, type PodmanHost } from "@catalyst/embedded-node/podman";
import { openTestCluster, type TestCluster } from "@catalyst/embedded-workloads/testing";
import { type Pod, type PodSpec, pods, services } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { runFolder } from "../../core/embedded/node/podman/run-folder.ts";
import { canRunPodman, image, importBusybox } from "../../core/embedded/node/testing/busybox.ts";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

const namespace = "default";
const token = "token-of-the-streams";
/** Starting a Pod, and each command in it, takes podman seconds on a busy machine (milliseconds). */
const patience = 60_000;

const can = (await canRunPodman(import.meta.filename)) && (await available(import.meta.filename, "kubectl"));

interface Outcome {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

describe.skipIf(!can)("kubectl's streams, to Pods that podman runs", { timeout: 2 * patience }, () => {
  let folder: string;
  let host: PodmanHost;
  let cluster: TestCluster;
  let listening: Awaited<ReturnType<typeof openServer>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "catalyst-streams-"));
    host = await openPodmanHost({ folder, clock: systemClock });
    importBusybox(folder);
    cluster = await openTestCluster({ runtime: host.runtime, controllers: host.controllers });
    cluster.server.addToken({ token, user: { name: "admin", groups: ["system:masters"] } });
    const authority = await localAuthority(join(folder, "keys"), systemClock);
    const tls = await authority.issueServer();
    listening = await openServer(cluster.server.clusterHandler("acme-dev"), { logger: silentLogger, tls });
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "acme-dev",
          cluster: {
            server: `https://127.0.0.1:${listening.port}`,
            "certificate-authority-data": Buffer.from(authority.certificate).toString("base64"),
          },
        },
      ],
      users: [{ name: "admin", user: { token } }],
      contexts: [{ name: "acme-dev", context: { cluster: "acme-dev", user: "admin" } }],
      "current-context": "acme-dev",
    };
    writeFileSync(join(folder, "kubeconfig"), JSON.stringify(config), { mode: 0o600 });
    await run(
      "box",
      "httpd -p 127.0.0.1:8080 -h /www; echo ready > /www/index.html; echo started; exec sleep 3600",
    );
    await hears("box", "started\n");
  }, 2 * patience);

  afterAll(async () => {
    await listening.close();
    await cluster.close();
    await host.stop();
    for (const each of [folder, runFolder(join(folder, "podman"))])
      rmSync(each, { recursive: true, force: true });
  });

  /** Runs a Pod with a script and waits until it does. */
  async function run(name: string, script: string, more: Partial<PodSpec> = {}): Promise<void> {
    const container = { name: "main", image, command: ["sh", "-c", script] };
    await cluster.client.create<Pod>(pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, labels: { app: name } },
      spec: { containers: [container], terminationGracePeriodSeconds: 0, ...more },
    });
    await reached(name, ({ status }) => status?.phase !== undefined && status.phase !== "Pending");
  }

  async function reached(name: string, isSo: (pod: Pod) => boolean): Promise<void> {
    for (const end = Date.now() + patience; Date.now() < end; ) {
      if (isSo(await cluster.client.get<Pod>(pods, { namespace, name }))) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`the Pod ${name} never came to it`);
  }

  /** What kubectl printed, whether it failed or not. */
  const output = (...words: readonly string[]): Promise<string> =>
    new Promise((resolve) =>
      execFile(
        programPath("kubectl"),
        words,
        {
          env: { HOME: folder, KUBECONFIG: join(folder, "kubeconfig") },
          timeout: patience,
          maxBuffer: 64 * 1024 * 1024,
        },
        (_error, stdout, stderr) => resolve(stdout + stderr),
      ),
    );

  /** Waits until a Pod has said so much. */
  const hears = (name: string, text: string) =>
    vi.waitFor(async () => expect(await output("logs", name)).toBe(text), patience);

  describe.each([
    ["websockets", "true"],
    ["SPDY", "false"],
  ])("by %s", (_protocol, websockets) => {
    const environment = () => ({
      HOME: folder,
      KUBECONFIG: join(folder, "kubeconfig"),
      PATH: process.env["PATH"],
      KUBECTL_REMOTE_COMMAND_WEBSOCKETS: websockets,
      KUBECTL_PORT_FORWARD_WEBSOCKETS: websockets,
    });

    function outcomeOf(child: ChildProcess, input?: Uint8Array | string): Promise<Outcome> {
      const [stdout, stderr]: Buffer[][] = [[], []];
      child.stdout?.on("data", (chunk: Buffer) => stdout?.push(chunk));
      child.stderr?.on("data", (chunk: Buffer) => stderr?.push(chunk));
      if (input !== undefined) child.stdin?.end(input);
      return new Promise((resolve) =>
        child.once("close", (code) =>
          resolve({
            code,
            stdout: Buffer.concat(stdout ?? []),
            stderr: Buffer.concat(stderr ?? []).toString(),
          }),
        ),
      );
    }

    const start = (words: readonly string[]) =>
      spawn(programPath("kubectl"), words, { env: environment(), timeout: patience });
    const kubectl = (words: readonly string[], input?: Uint8Array | string) =>
      outcomeOf(start(words), input ?? "");

    /** The same from a terminal of 101 columns and 33 rows. */
    const inTerminal = (line: string, input?: string) =>
      outcomeOf(
        spawn("script", ["-qec", `stty cols 101 rows 33; ${programPath("kubectl")} ${line}`, "/dev/null"], {
          env: environment(),
          timeout: patience,
        }),
        input,
      );

    test("exec gives output, errors and the exit code", async () => {
      const { code, stdout, stderr } = await kubectl([
        "exec",
        "box",
        "--",
        "sh",
        "-c",
        "echo out; echo err >&2; exit 3",
      ]);
      expect([code, String(stdout)]).toEqual([3, "out\n"]);
      expect(stderr).toBe("err\ncommand terminated with exit code 3\n");
    });

    test("exec carries 10 MB there and back, unchanged", async () => {
      const bytes = randomBytes(10_000_000);
      const { code, stdout } = await kubectl(["exec", "-i", "box", "--", "cat"], bytes);
      expect(code).toBe(0);
      expect(stdout.equals(bytes)).toBe(true);
    });

    test("exec with a terminal has its size", async () => {
      const { code, stdout } = await inTerminal(
        "exec -it box -- sh -c 'while ! stty size 2>/dev/null; do sleep 0.1; done; exit 4'",
      );
      expect([code, String(stdout)]).toEqual([4, expect.stringContaining("33 101")]);
    });

    test("exec in a container that isn't there is refused", async () => {
      await run("over", "true", { restartPolicy: "Never" });
      const phase = async () => (await cluster.client.get(pods, { namespace, name: "over" })).status?.phase;
      await expect.poll(phase, { timeout: patience }).toBe("Succeeded");
      const { code, stderr } = await kubectl(["exec", "over", "--", "true"]);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining("cannot exec into a container in a completed pod"),
      ]);
      await cluster.client.delete(pods, { namespace, name: "over" });
      await cluster.gone(pods, "over");
    });

    test("attach takes part in what a container says and hears", async () => {
      const container = {
        name: "main",
        image,
        stdin: true,
        command: ["sh", "-c", "while read line; do echo got $line; done"],
      };
      await run("hears", "", { containers: [container] });
      const child = start(["attach", "-i", "hears"]);
      const ended = outcomeOf(child);
      child.stdin?.write("one\n");
      child.stdin?.end("two\n");
      const { stdout } = await ended;
      expect(String(stdout)).toBe("got one\ngot two\n");
      await cluster.client.delete(pods, { namespace, name: "hears" });
      await cluster.gone(pods, "hears");
    });

    test("run -it gives a shell, and removes its Pod", async () => {
      const child = spawn(
        "script",
        [
          "-qec",
          `${programPath("kubectl")} run shell -it --rm --restart=Never --image=${image} -- sh`,
          "/dev/null",
        ],
        { env: environment(), timeout: patience },
      );
      const ended = outcomeOf(child);
      const phase = async () =>
        (await cluster.client.find(pods, { namespace, name: "shell" }))?.status?.phase;
      await expect.poll(phase, { timeout: patience }).toBe("Running");
      child.stdin?.write("echo sum $((40+2))\n");
      child.stdin?.write("exit\n");
      const { stdout } = await ended;
      expect(String(stdout)).toContain("sum 42");
      await cluster.gone(pods, "shell");
    });

    test("cp copies a folder there and back", async () => {
      const bytes = randomBytes(1_000_000);
      const there = mkdtempSync(join(folder, "copy-"));
      writeFileSync(join(there, "file"), bytes);
      expect((await kubectl(["cp", there, "box:/tmp/copied"])).code).toBe(0);
      expect((await kubectl(["cp", "box:/tmp/copied", join(there, "back")])).code).toBe(0);
      expect(readFileSync(join(there, "back/file")).equals(bytes)).toBe(true);
      await kubectl(["exec", "box", "--", "busybox", "rm", "-r", "/tmp/copied"]);
    });

    /** Forwards a port of this machine while the work is done. */
    async function forwarding<T>(words: readonly string[], work: (port: number) => Promise<T>): Promise<T> {
      const child = start(["port-forward", ...words]);
      const ended = outcomeOf(child);
      try {
        const port = await new Promise<number>((resolve, reject) => {
          child.stdout?.on("data", (chunk: Buffer) => {
            const found = /127\.0\.0\.1:(\d+) ->/.exec(String(chunk))?.[1];
            if (found !== undefined) resolve(Number(found));
          });
          void ended.then(({ stderr }) => reject(new Error(stderr)));
        });
        return await work(port);
      } finally {
        child.kill();
        await ended;
      }
    }

    const page = (port: number) =>
      new Promise<string>((resolve, reject) => {
        httpGet({ host: "127.0.0.1", port, agent: false }, (answer) => {
          let text = "";
          answer.on("data", (chunk) => {
            text += chunk;
          });
          answer.on("end", () => resolve(text));
        }).once("error", reject);
      });

    test("port-forward joins a hundred connections at once to a server on the Pod's loopback", async () => {
      const pages = await forwarding(["pod/box", ":8080"], (port) =>
        Promise.all(Array.from({ length: 100 }, () => page(port))),
      );
      expect(new Set(pages)).toEqual(new Set(["ready\n"]));
    });

    test("port-forward finds the Pod behind a Service", async () => {
      await cluster.client.create(services, {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: `web-${websockets}`, namespace },
        spec: { selector: { app: "box" }, ports: [{ port: 80, targetPort: 8080 }] },
      });
      expect(await forwarding([`service/web-${websockets}`, ":80"], page)).toBe("ready\n");
    });
  });

  describe("logs", () => {
    /** Waits in a Pod for the test to have heard so much: what is said after a mere pause may be read with what was before. */
    const heard = (name: string) => `until [ -e /tmp/${name} ]; do sleep 0.1; done;`;

    beforeAll(async () => {
      await run(
        "talks",
        `echo one; ${heard("one")} echo two >&2; ${heard("two")} printf thr; ${heard("thr")} echo ee; sleep 3600`,
      );
      for (const [name, text] of Object.entries({ one: "one\n", two: "one\ntwo\n", thr: "one\ntwo\nthr" })) {
        await hears("talks", text);
        await output("exec", "talks", "--", "touch", `/tmp/${name}`);
      }
      await run("fails", "echo attempt; exit 1");
      await reached("fails", ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
    }, 2 * patience);

    test.each([
      ["all", [], "one\ntwo\nthree\n"],
      ["the last line, which was written in pieces", ["--tail=1"], "ee\n"],
      ["none of it", ["--tail=0"], ""],
      ["so many bytes", ["--limit-bytes=6"], "one\ntw"],
      ["what is recent", ["--since=1h"], "one\ntwo\nthree\n"],
      ["what came after a time", ["--since-time=2099-01-01T00:00:00Z"], ""],
    ])("%s", async (_name, options, text) => {
      await expect.poll(() => output("logs", "talks", ...options), { timeout: patience }).toBe(text);
    });

    test("with times, in nanoseconds", async () => {
      const lines = (await output("logs", "talks", "--timestamps")).trimEnd().split("\n");
      expect(lines).toHaveLength(3);
      for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z \w+$/);
    });

    test("of the attempt before", async () => {
      expect(await output("logs", "fails", "--previous")).toBe("attempt\n");
      expect(await output("logs", "talks", "--previous")).toContain(
        'previous terminated container "main" in pod "talks" not found',
      );
    });

    test("followed, until the container has ended", async () => {
      await run("counts", "for i in 1 2 3; do echo $i; sleep 0.3; done", { restartPolicy: "Never" });
      expect(await output("logs", "-f", "counts")).toBe("1\n2\n3\n");
    });

    test("of a container that floods is bounded in size", async () => {
      const line = "x".repeat(1023);
      const flood = `i=0; while [ $i -lt 12000 ]; do echo ${line}; i=$((i+1)); done`;
      await run("floods", `echo first; ${heard("first")} ${flood}; ${heard("flood")} echo last; sleep 3600`);
      const said = () => output("logs", "floods");
      await hears("floods", "first\n");
      await output("exec", "floods", "--", "touch", "/tmp/first");
      // Put aside, so that what comes from now on is in a new file.
      await expect.poll(said, { timeout: patience, interval: 1000 }).not.toContain("first");
      await output("exec", "floods", "--", "touch", "/tmp/flood");
      await expect.poll(said, { timeout: patience, interval: 1000 }).toMatch(/last\n$/);
      expect((await said()).length).toBeLessThan(10 * 1024 * 1024);
    });
  });

  test("get --raw goes through a Pod and a Service", async () => {
    await run("serves", "echo page > /www/index.html; exec httpd -f -p 8081 -h /www");
    await cluster.client.create(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "serves", namespace },
      spec: { selector: { app: "serves" }, ports: [{ name: "http", port: 80, targetPort: 8081 }] },
    });
    const get = async (path: string) => {
      const words = ["get", "--raw", `/api/v1/namespaces/default/${path}/proxy/`];
      const env = { HOME: folder, KUBECONFIG: join(folder, "kubeconfig") };
      const child = spawn(programPath("kubectl"), words, { env, timeout: patience });
      let text = "";
      for await (const chunk of child.stdout) text += chunk;
      return text;
    };
    await expect.poll(() => get("pods/serves:8081"), { timeout: patience }).toBe("page\n");
    await expect.poll(() => get("services/serves:http"), { timeout: patience }).toBe("page\n");
  });
});
