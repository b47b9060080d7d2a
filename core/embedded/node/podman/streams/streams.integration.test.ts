import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import type { PodIdentity, ProcessStreams, TerminalSize } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunPodman, image, importBusybox } from "../../testing/busybox.ts";
import { openPodmanHost, type PodmanHost } from "../host.ts";
import { runFolder } from "../run-folder.ts";

const script = "echo 'cat; echo end' > /tmp/serve; exec busybox nc -ll -p 9000 127.0.0.1 -e sh /tmp/serve";
const choice = { stdin: true, stdout: true, stderr: true, tty: false };

describe.skipIf(!(await canRunPodman(import.meta.filename)))(
  "streams of podman's containers",
  { timeout: 60_000 },
  () => {
    let folder: string;
    let host: PodmanHost;
    const identity: PodIdentity = { cluster: "acme-dev", namespace: "n", name: "box", uid: "uid-streams" };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "catalyst-streams-"));
      host = await openPodmanHost({ folder, clock: systemClock });
      importBusybox(folder);
      const container: Container = { name: "main", image, command: ["sh", "-c", script] };
      const pod: Pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "box", uid: identity.uid },
        spec: { containers: [container], terminationGracePeriodSeconds: 0 },
      };
      // As a node does first: nothing is there to be taken over.
      expect(await host.runtime.list()).toEqual([]);
      await host.runtime.createSandbox({ identity, pod, volumes: new Map() });
      const { id: imageId } = await host.runtime.pullImage(pod, container, []);
      await host.runtime.startContainer(identity, { pod, container, attempt: 0, env: [], imageId });
    });

    afterAll(async () => {
      await host.stop();
      for (const each of [folder, runFolder(join(folder, "podman"))])
        rmSync(each, { recursive: true, force: true });
    });

    interface Told {
      stdout: string;
      stderr: string;
    }

    function streamsOf(told: Told, more: Partial<ProcessStreams> = {}): ProcessStreams {
      return {
        stdout: async (bytes) => {
          told.stdout += Buffer.from(bytes).toString();
        },
        stderr: async (bytes) => {
          told.stderr += Buffer.from(bytes).toString();
        },
        signal: new AbortController().signal,
        ...more,
      };
    }

    async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
      for (const text of texts) yield Buffer.from(text);
    }

    test("a command gets its input to its end, and its output, errors and exit code come back", async () => {
      const told = { stdout: "", stderr: "" };
      const run = await host.runtime.openExec(
        identity,
        "main",
        ["sh", "-c", "cat; echo no >&2; exit 5"],
        choice,
      );
      expect(await run(streamsOf(told, { stdin: pieces("one ", "two") }))).toBe(5);
      expect(told).toEqual({ stdout: "one two", stderr: "no\n" });
    });

    test("a command's terminal has the sizes it is told, and isn't left by any keys", async () => {
      const told = { stdout: "", stderr: "" };
      const sizes = async function* (): AsyncGenerator<TerminalSize> {
        yield { width: 90, height: 30 };
      };
      const stdin = async function* () {
        yield Buffer.of(0x10);
        yield Buffer.of(0x11);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        yield Buffer.from("\n");
      };
      const command = ["sh", "-c", "while ! stty size 2>/dev/null; do sleep 0.1; done; read line; exit 6"];
      const run = await host.runtime.openExec(identity, "main", command, {
        ...choice,
        stderr: false,
        tty: true,
      });
      expect(await run(streamsOf(told, { stdin: stdin(), sizes: sizes() }))).toBe(6);
      expect(told.stdout).toContain("30 90");
    });

    test("a command is killed when its caller has gone", async () => {
      const gone = new AbortController();
      const told = { stdout: "", stderr: "" };
      const run = await host.runtime.openExec(
        identity,
        "main",
        ["sh", "-c", "echo up; exec sleep 4321"],
        choice,
      );
      const running = run(streamsOf(told, { signal: gone.signal }));
      await expect.poll(() => told.stdout).toBe("up\n");
      gone.abort();
      await running;
      const all = ["sh", "-c", "cat /proc/[0-9]*/cmdline"];
      const { output } = await host.runtime.exec(identity, "main", all, AbortSignal.timeout(10_000));
      expect(output).not.toContain("4321");
    });

    test("a container that isn't there has no streams", async () => {
      const absent = { code: "container-absent" };
      await expect(host.runtime.openExec(identity, "other", ["sh"], choice)).rejects.toMatchObject(absent);
      await expect(host.runtime.openAttach(identity, "other", choice)).rejects.toMatchObject(absent);
      await expect(host.runtime.openDialer({ ...identity, uid: "none" })).rejects.toMatchObject(absent);
    });

    test("ports of the Pod's loopback are reached, and each direction ends by itself", async () => {
      const dial = await host.runtime.openDialer(identity);
      const socket = (await dial(9000, new AbortController().signal)) as Socket;
      socket.end("hello ");
      let text = "";
      for await (const chunk of socket) text += chunk;
      expect(text).toBe("hello end\n");
      if (!socket.closed) await once(socket, "close");
    });

    test("a port nobody listens at is refused", async () => {
      const dial = await host.runtime.openDialer(identity);
      await expect(dial(9001, new AbortController().signal)).rejects.toMatchObject({ code: "port-refused" });
    });
  },
);
