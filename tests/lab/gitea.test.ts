import { giteaHost } from "@catalyst/adapter-gitea";
import { httpTransport } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { gitHostContract } from "@catalyst/ports/git/contract";
import { describe } from "vitest";
import { available } from "./available.ts";
import { startLab } from "./lab.ts";

describe.skipIf(!(await available(import.meta.filename, "gitea")))("the real Gitea", () => {
  gitHostContract("Gitea", async () => {
    const lab = await startLab(["gitea"]);
    const credentials = Buffer.from(`${lab.fact("gitea", "user")}:${lab.fact("gitea", "password")}`).toString(
      "base64",
    );
    const transport = httpTransport({
      baseUrl: lab.fact("gitea", "url"),
      headers: { authorization: `Basic ${credentials}` },
    });
    const host = giteaHost({
      transport,
      account: { name: "Catalyst", email: "catalyst@example.org" },
      clock: systemClock,
      capabilities: { receiveVerdict: false },
    });
    return { host, close: () => lab.stop() };
  });
});
