import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openRegistry } from "@catalyst/embedded-registry";
import { registryContract } from "@catalyst/ports/oci/contract";
import { inProcess } from "@catalyst/ports/transport";
import { ociRegistry } from "./registry.ts";

registryContract("the embedded registry, in process", async () => {
  const folder = await mkdtemp(join(tmpdir(), "catalyst-registry-"));
  const { handler } = await openRegistry({
    folder,
    access: async () => "allowed",
    clock: systemClock,
    logger: silentLogger,
  });
  return {
    registry: ociRegistry({
      host: "registry.catalyst.local",
      origin: "http://registry.catalyst.local",
      transport: inProcess(handler),
    }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});
