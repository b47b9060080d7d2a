import { systemClock } from "@catalyst/base/clock";
import type { Command } from "../cli/command.ts";
import { EnvironmentError } from "../cli/errors.ts";
import { dataOption, findRunning } from "../sovereign/running.ts";

/** How long a Sovereign may take to stop, in milliseconds. */
const patience = 60_000;

/** Stops the Sovereign of a data folder. */
export const down: Command = {
  options: { data: { type: "string", value: "DIR", default: ".catalyst", help: "Data folder" } },
  examples: ["./catalyst down"],
  run: async ({ arguments: given, folder, terminal }) => {
    const root = dataOption(folder, given.text("data"));
    const note = await findRunning(root);
    if (note === undefined) {
      terminal.result({ stopped: false }, `No Sovereign runs on ${root}.`);
      return 0;
    }
    process.kill(note.pid, "SIGTERM");
    const end = systemClock.now() + patience;
    while ((await findRunning(root)) !== undefined) {
      if (systemClock.now() > end)
        throw new EnvironmentError(`process ${note.pid} hasn't stopped after ${patience / 1000} s`, {
          hint: `See ${root}/catalyst.log.`,
        });
      await systemClock.sleep(100, undefined);
    }
    terminal.result({ stopped: true }, "Stopped.");
    return 0;
  },
};
