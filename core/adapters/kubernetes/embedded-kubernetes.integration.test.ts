import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpTransport, openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import { clustersContract } from "@catalyst/ports/kubernetes/contract";
import { inProcess, type Transport } from "@catalyst/ports/transport";
import { openClusters } from "./index.ts";

const token = "token-of-the-tests";
const headers = { authorization: `Bearer ${token}` };

async function openEmbedded() {
  const dir = mkdtempSync(join(tmpdir(), "catalyst-clusters-"));
  const store = await openStore({ dir });
  const server = await openKubernetes({
    store,
    clock: systemClock,
    logger: silentLogger,
    tokens: [{ token, user: { name: "admin", groups: [mastersGroup] } }],
  });
  const close = async () => {
    await server.close();
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { server, close };
}

clustersContract("in process", async () => {
  const { server, close } = await openEmbedded();
  return { clusters: openClusters(inProcess(server.handler, headers), server), close };
});

clustersContract("over HTTP", async () => {
  const { server, close } = await openEmbedded();
  const socket = await openServer(server.handler, { logger: silentLogger });
  const transport: Transport = httpTransport({ baseUrl: `http://127.0.0.1:${socket.port}`, headers });
  return {
    clusters: openClusters(transport, server),
    close: async () => {
      await socket.close();
      await close();
    },
  };
});
