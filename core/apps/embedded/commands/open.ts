import type { Command } from "../cli/command.ts";
import { dataOption } from "../sovereign/running.ts";
import { openInBrowser, signInLink } from "../sovereign/sign-in-link.ts";

/** Prints a one-time link that signs in as admin, and opens it where there is a desktop. */
export const open: Command = {
  options: { data: { type: "string", value: "DIR", default: ".catalyst", help: "Data folder" } },
  examples: ["./catalyst open", "./catalyst open --data /srv/catalyst"],
  run: async ({ arguments: given, folder, terminal }) => {
    const url = await signInLink(dataOption(folder, given.text("data")));
    terminal.result({ url }, `${url}\n(works once, within five minutes)`);
    if (!terminal.json) openInBrowser(url);
    return 0;
  },
};
