import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openRegistry } from "@catalyst/embedded-registry";

/** Two servers that charts are got from. */
export interface ChartServers {
  /** The address of a chart repository: the files of the folder `repository`. */
  readonly http: string;
  /** The address in a registry that charts are pushed to, over plain HTTP. */
  readonly oci: string;
  close(): Promise<void>;
}

/** Serves the folder `repository` below `root` as a chart repository, and a registry that keeps its data in `registry`. */
export async function openChartServers(root: string): Promise<ChartServers> {
  const files = createServer((request, response) => {
    const file = join(root, "repository", basename(request.url ?? ""));
    response.writeHead(existsSync(file) ? 200 : 404).end(existsSync(file) ? readFileSync(file) : "");
  });
  await new Promise<void>((ready) => void files.listen(0, "127.0.0.1", () => ready()));
  const { handler } = await openRegistry({
    folder: join(root, "registry"),
    access: async () => "allowed",
    clock: systemClock,
    logger: silentLogger,
  });
  const registry = await openServer(handler, { logger: silentLogger });
  return {
    http: `http://127.0.0.1:${(files.address() as AddressInfo).port}`,
    oci: `oci://127.0.0.1:${registry.port}/charts`,
    close: async () => {
      files.closeAllConnections();
      files.close();
      await registry.close();
    },
  };
}
