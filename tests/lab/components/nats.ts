import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "../component.ts";
import { answers, freePort, startServer } from "../process.ts";

/** The NATS server with JetStream, the event spine of production; it acknowledges only what is on disk. */
export const nats: Component = {
  name: "nats-server",
  version: "2.15.2",
  source: {
    kind: "go",
    module: "github.com/nats-io/nats-server/v2",
    moduleVersion: "v2.15.2",
    programs: { "nats-server": "." },
  },
  start: async (context) => {
    const port = await freePort();
    const monitor = await freePort();
    const config = join(context.folder, "nats.conf");
    const store = JSON.stringify(join(context.folder, "jetstream"));
    writeFileSync(
      config,
      `listen: "127.0.0.1:${port}"\nhttp: "127.0.0.1:${monitor}"\njetstream { store_dir: ${store}, sync_interval: always }\n`,
    );
    return startServer(context, {
      program: context.program("nats-server"),
      words: ["--config", config],
      facts: { url: `nats://127.0.0.1:${port}` },
      ready: () => answers(`http://127.0.0.1:${monitor}/healthz`),
    });
  },
};
