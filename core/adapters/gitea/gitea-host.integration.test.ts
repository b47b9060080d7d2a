import { httpTransport, openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { basic, openTestHost } from "@catalyst/embedded-git/testing";
import { gitHostContract } from "@catalyst/ports/git/contract";
import { inProcess } from "@catalyst/ports/transport";
import { giteaHost } from "./index.ts";

const account = { name: "Catalyst", email: "catalyst@example.org" };
const capabilities = { receiveVerdict: true };

gitHostContract("the embedded host in process", async () => {
  const embedded = await openTestHost();
  const transport = inProcess(embedded.handler, basic("catalyst"));
  return {
    host: giteaHost({ transport, account, clock: systemClock, capabilities }),
    close: embedded.remove,
  };
});

gitHostContract("the embedded host over HTTP", async () => {
  const embedded = await openTestHost();
  const server = await openServer(embedded.handler, { logger: silentLogger, basePath: "/git" });
  const baseUrl = `http://127.0.0.1:${server.port}/git`;
  const transport = httpTransport({ baseUrl, headers: basic("catalyst") });
  return {
    host: giteaHost({ transport, account, clock: systemClock, capabilities }),
    close: async () => {
      await server.close();
      await embedded.remove();
    },
  };
});
