import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpTransport, openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openSecrets } from "@catalyst/embedded-secrets";
import { openStore } from "@catalyst/embedded-store";
import { secretStoreContract } from "@catalyst/ports/secrets/contract";
import { type Handler, inProcess } from "@catalyst/ports/transport";
import { vaultSecrets } from "./index.ts";

/** The embedded store, where the token `root` may do everything, `writer` all but read values, others nothing. */
async function openEmbedded(): Promise<{ readonly handler: Handler; close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), "catalyst-secrets-"));
  const store = await openStore({ dir });
  const handler = await openSecrets({
    store,
    keyFile: join(dir, "secrets.key"),
    clock: systemClock,
    logger: silentLogger,
    authenticate: async (token) => token,
    authorize: (token, { capability, area }) =>
      token === "root" || (token === "writer" && !(capability === "read" && area === "data")),
  });
  const close = async () => {
    await store.close();
    await rm(dir, { recursive: true });
  };
  return { handler, close };
}

secretStoreContract("the embedded store in process", async () => {
  const { handler, close } = await openEmbedded();
  const open = (token: string) => vaultSecrets({ transport: inProcess(handler, { "x-vault-token": token }) });
  return { secrets: open("root"), writer: open("writer"), denied: open("nobody"), close };
});

secretStoreContract("the embedded store over HTTP", async () => {
  const { handler, close } = await openEmbedded();
  const server = await openServer(handler, { logger: silentLogger, basePath: "/vault" });
  const baseUrl = `http://127.0.0.1:${server.port}/vault`;
  const open = (token: string) =>
    vaultSecrets({ transport: httpTransport({ baseUrl, headers: { "x-vault-token": token } }) });
  return {
    secrets: open("root"),
    writer: open("writer"),
    denied: open("nobody"),
    close: async () => {
      await server.close();
      await close();
    },
  };
});
