import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, Readable } from "node:stream";
import { openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { type KubernetesServer, localAuthority, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore, type Store } from "@catalyst/embedded-store";
import type { Handler } from "@catalyst/ports/transport";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFrames } from "../../core/embedded/kubernetes/streams/spdy/frames.ts";
import { HeaderBlockReader } from "../../core/embedded/kubernetes/streams/spdy/header-block.ts";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

const golden = new URL(
  "../../core/embedded/kubernetes/streams/spdy/golden/kubectl-exec.hex",
  import.meta.url,
);

/** Keeps what a caller sends once its connection has left HTTP. */
function recording(handler: Handler, sent: Buffer[]): Handler {
  return async (request) => {
    const response = await handler(request);
    const { upgrade } = response;
    if (upgrade === undefined) return response;
    return {
      ...response,
      upgrade: (connection) => {
        const seen = async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            sent.push(chunk);
            yield chunk;
          }
        };
        const readable = Readable.from(seen(connection.iterator({ destroyOnReturn: false })));
        upgrade(Duplex.from({ readable, writable: connection } as never));
      },
    };
  };
}

describe.skipIf(!(await available(import.meta.filename, "kubectl")))("what kubectl sends over SPDY", () => {
  let folder: string;
  let store: Store;
  let server: KubernetesServer;
  let listening: Awaited<ReturnType<typeof openServer>>;
  const sent: Buffer[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "catalyst-lab-spdy-"));
    store = await openStore({ dir: join(folder, "data") });
    const authority = await localAuthority(join(folder, "keys"), systemClock);
    server = await openKubernetes({
      store,
      clock: systemClock,
      logger: silentLogger,
      tokens: [{ token: "spdy", user: { name: "admin", groups: ["system:masters"] } }],
      node: {
        exec: async () => async (streams) => {
          for await (const chunk of streams.stdin ?? []) await streams.stdout?.(chunk);
          return 0;
        },
      },
    });
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "box" },
      spec: { nodeName: "here", containers: [{ name: "main", image: "b" }] },
    };
    const { status } = await server.handler({
      method: "POST",
      path: "/api/v1/namespaces/default/pods",
      headers: { authorization: "Bearer spdy" },
      json: pod,
    });
    expect(status).toBe(201);
    const tls = await authority.issueServer();
    listening = await openServer(recording(server.handler, sent), { logger: silentLogger, tls });
    const ca = Buffer.from(authority.certificate).toString("base64");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "a",
          cluster: { server: `https://127.0.0.1:${listening.port}`, "certificate-authority-data": ca },
        },
      ],
      users: [{ name: "a", user: { token: "spdy" } }],
      contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
      "current-context": "a",
    };
    writeFileSync(join(folder, "kubeconfig"), JSON.stringify(config), { mode: 0o600 });
  });

  afterAll(async () => {
    await listening.close();
    await server.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Frames in an order of their own: kubectl's threads send as they come to it. */
  async function framesIn(bytes: Uint8Array): Promise<string[]> {
    const source = async function* () {
      yield bytes;
    };
    const frames: string[] = [];
    for await (const frame of readFrames(source(), new HeaderBlockReader())) {
      // Which streams it resets, and whether it says goodbye, when all is over depends on the moment.
      if (frame.type === "rst-stream" || frame.type === "goaway") continue;
      frames.push(
        JSON.stringify("data" in frame ? { ...frame, data: Buffer.from(frame.data).toString() } : frame),
      );
    }
    return frames.sort();
  }

  test("is as recorded", async () => {
    const env = {
      HOME: folder,
      KUBECONFIG: join(folder, "kubeconfig"),
      KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false",
    };
    const child = spawn(programPath("kubectl"), ["exec", "-i", "box", "--", "cat"], { env });
    child.stdin.end("hello\n");
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    await once(child, "close");
    expect(said).toBe("hello\n");
    const bytes = Buffer.concat(sent);
    if (process.env["CATALYST_REWRITE"] === "1") writeFileSync(golden, `${bytes.toString("hex")}\n`);
    const recorded = Buffer.from(readFileSync(golden, "utf8").trim(), "hex");
    expect(await framesIn(bytes)).toEqual(await framesIn(recorded));
  });
});
