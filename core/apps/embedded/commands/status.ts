import type { SovereignView } from "@catalyst/model/view";
import type { Command } from "../cli/command.ts";
import { callAsAdmin, dataOption, findRunning } from "../sovereign/running.ts";

/** Says whether a Sovereign runs on a data folder, and what stands behind each protocol. Ends with 1 when none does. */
export const status: Command = {
  options: { data: { type: "string", value: "DIR", default: ".catalyst", help: "Data folder" } },
  examples: ["./catalyst status", "./catalyst status --output json"],
  run: async ({ arguments: given, folder, terminal }) => {
    const root = dataOption(folder, given.text("data"));
    const note = await findRunning(root);
    if (note === undefined) {
      terminal.result({ running: false }, `No Sovereign runs on ${root}.`);
      return 1;
    }
    const view = (await callAsAdmin(root, note, "GET", "/v1/sovereign")) as SovereignView;
    const components = view.components.map(
      (component) => `  ${component.name.padEnd(14)}${component.implementation} (${component.protocol})`,
    );
    const text = [
      `Runs at ${view.url}, process ${note.pid}, version ${view.version}`,
      `  ${"Pods".padEnd(14)}${view.runtime.name}: ${view.runtime.reason}`,
      ...components,
    ];
    terminal.result({ running: true, pid: note.pid, ...view }, text.join("\n"));
    return 0;
  },
};
