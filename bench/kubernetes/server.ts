import { openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { localAuthority, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";

/** The embedded API server in a process of its own: `node server.ts FOLDER TOKEN`, told by message. */

const [, , dir, token] = process.argv as string[];
const store = await openStore({ dir: dir! });
const authority = await localAuthority(dir!, systemClock);
const server = await openKubernetes({
  store,
  clock: systemClock,
  logger: silentLogger,
  tokens: [{ token: token!, user: { name: "bench", groups: ["system:masters"] } }],
});
const tls = await authority.issueServer();
const { port } = await openServer(server.handler, { logger: silentLogger, tls });
process.send!({ port, ca: authority.certificate });
