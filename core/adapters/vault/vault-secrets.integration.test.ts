import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openSecrets } from "@catalyst/embedded-secrets";
import { openStore } from "@catalyst/embedded-store";
import { secretStoreContract } from "@catalyst/ports/secrets/contract";
import { inProcess } from "@catalyst/ports/transport";
import { vaultSecrets } from "./index.ts";

secretStoreContract("the embedded store in process", async () => {
  const dir = await mkdtemp(join(tmpdir(), "catalyst-secrets-"));
  const store = await openStore({ dir });
  const handler = await openSecrets({
    store,
    keyFile: join(dir, "secrets.key"),
    clock: systemClock,
    logger: silentLogger,
    authenticate: async (token) => token,
    authorize: (token) => token === "root",
  });
  const withToken = (token: string) =>
    vaultSecrets({ transport: inProcess(handler, { "x-vault-token": token }) });
  return {
    secrets: withToken("root"),
    denied: withToken("nobody"),
    close: async () => {
      await store.close();
      await rm(dir, { recursive: true });
    },
  };
});
