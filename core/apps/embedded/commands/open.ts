import { spawn } from "node:child_process";
import type { Command } from "../cli/command.ts";
import { callAsAdmin, dataOption, requireRunning } from "../sovereign/running.ts";

/** Prints a one-time link that signs in as admin, and opens it where there is a desktop. */
export const open: Command = {
  options: { data: { type: "string", value: "DIR", default: ".catalyst", help: "Data folder" } },
  examples: ["./catalyst open", "./catalyst open --data /srv/catalyst"],
  run: async (call) => {
    const root = dataOption(call.folder, call.arguments.text("data"));
    const { url } = (await callAsAdmin(root, await requireRunning(root), "POST", "/v1/sign-in-links")) as {
      readonly url: string;
    };
    call.terminal.result({ url }, `${url}\n(works once, within five minutes)`);
    if (!call.terminal.json) openInBrowser(url);
    return 0;
  },
};

/** A machine without a desktop has nothing to open it with: the printed link is enough then. */
function openInBrowser(url: string): void {
  if (
    process.platform === "linux" &&
    process.env["DISPLAY"] === undefined &&
    process.env["WAYLAND_DISPLAY"] === undefined
  )
    return;
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  spawn(program, [url], { detached: true, stdio: "ignore" })
    .on("error", () => undefined)
    .unref();
}
