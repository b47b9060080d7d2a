import { openServer } from "@catalyst/adapter-http";
import { silentLogger } from "@catalyst/base/logger";
import { openTestHost } from "./open-test-host.ts";

/**
 * A host in a process of its own, to be killed: `node serve.ts FOLDER`. Its judge never answers; it prints the
 * port, and `judging` once a push waits for the verdict.
 */
const host = await openTestHost({
  folder: process.argv[2] ?? "",
  judge: () => {
    process.stdout.write("judging\n");
    return new Promise(() => undefined);
  },
});
const server = await openServer(host.handler, { logger: silentLogger, basePath: "/git" });
process.stdout.write(`${server.port}\n`);
