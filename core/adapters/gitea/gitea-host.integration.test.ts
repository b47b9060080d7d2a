import { systemClock } from "@catalyst/base/clock";
import { basic, openTestHost } from "@catalyst/embedded-git/testing";
import { gitHostContract } from "@catalyst/ports/git/contract";
import { inProcess } from "@catalyst/ports/transport";
import { giteaHost } from "./index.ts";

gitHostContract("the embedded host in process", async () => {
  const embedded = await openTestHost();
  const host = giteaHost({
    transport: inProcess(embedded.handler, basic("catalyst")),
    account: { name: "Catalyst", email: "catalyst@example.org" },
    clock: systemClock,
    capabilities: { receiveVerdict: true },
  });
  return { host, close: embedded.remove };
});
