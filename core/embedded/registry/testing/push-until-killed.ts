import { createHash, randomBytes } from "node:crypto";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openRegistry } from "../registry.ts";

/**
 * Pushes image after image into the folder given as argument and writes a line with the manifest's digest
 * after each acknowledgement. It never ends by itself: the test kills it.
 */
const { handler } = await openRegistry({
  folder: process.argv[2] ?? "",
  access: async () => "allowed",
  clock: systemClock,
  logger: silentLogger,
});
const type = "application/vnd.oci.image.manifest.v1+json";

for (let count = 0; ; count++) {
  const layer = randomBytes(20_000);
  const digest = `sha256:${createHash("sha256").update(layer).digest("hex")}`;
  await expect("POST", `/v2/app/blobs/uploads/?digest=${digest}`, layer);
  const blob = { mediaType: "application/octet-stream", digest, size: layer.length };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: type, config: blob, layers: [] });
  await expect("PUT", `/v2/app/manifests/v${count}`, Buffer.from(manifest));
  process.stdout.write(`v${count} ${digest}\n`);
}

async function expect(method: string, path: string, body: Uint8Array): Promise<void> {
  const response = await handler({ method, path, headers: { "content-type": type }, body });
  if (response.status !== 201) throw new Error(`${method} ${path}: ${response.status}`);
}
