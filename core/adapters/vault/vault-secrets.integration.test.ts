import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpTransport, openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openSecrets } from "@catalyst/embedded-secrets";
import { openStore } from "@catalyst/embedded-store";
import { secretStoreContract } from "@catalyst/ports/secrets/contract";
import { type Handler, inProcess, type Response } from "@catalyst/ports/transport";
import { describe, expect, it } from "vitest";
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

describe("an answer that can't be understood", () => {
  const brokenOff = async function* () {
    yield new TextEncoder().encode('{"data":{"keys":');
    throw new Error("the connection was lost");
  };
  const answers: readonly (readonly [string, Response])[] = [
    ["breaks off", { status: 200, headers: {}, body: brokenOff() }],
    ["isn't JSON", { status: 200, headers: {}, body: new TextEncoder().encode("<html>") }],
    ["is JSON of another sort", { status: 200, headers: {}, json: [] }],
  ];

  it.each(answers)("isn't taken for nothing being there: it %s", async (_how, answer) => {
    const secrets = vaultSecrets({ transport: { request: async () => answer } });
    await expect(secrets.list("org/acme")).rejects.toMatchObject({ code: "secrets-unavailable" });
  });

  it.each([403, 503])("with status %i is told by its status", async (status) => {
    const body = new TextEncoder().encode("<html>");
    const secrets = vaultSecrets({ transport: { request: async () => ({ status, headers: {}, body }) } });
    const code = status === 403 ? "secrets-denied" : "secrets-sealed";
    await expect(secrets.list("org/acme")).rejects.toMatchObject({ code });
  });
});
