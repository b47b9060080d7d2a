import { openServer } from "@catalyst/adapter-http";
import { silentLogger } from "@catalyst/base/logger";
import { openTestHost } from "./open-test-host.ts";

/**
 * A host in a process of its own, to be killed: `node serve.ts FOLDER accept|wait`. It prints the port, and
 * `judging` for each push; `wait` never gives a verdict.
 */
const host = await openTestHost({
  folder: process.argv[2] ?? "",
  judge: () => {
    process.stdout.write("judging\n");
    const verdict = { accepted: true, lines: [] };
    return process.argv[3] === "accept" ? Promise.resolve(verdict) : new Promise(() => undefined);
  },
});
const server = await openServer(host.handler, { logger: silentLogger, basePath: "/git" });
process.stdout.write(`${server.port}\n`);
