import { describeCommand } from "../../core/apps/embedded/cli/help.ts";
import { commandTable } from "../../core/apps/embedded/cli/table.ts";
import { code, madeBy, table } from "./markdown.ts";

/** Prints the reference of every command, from the table that the launcher itself goes by. */
export async function commandPage(): Promise<string> {
  const sections = [
    "# Commands",
    madeBy,
    "Every command takes `--output json` (one document on standard output) and `--help`. Progress and errors go to standard error.",
    table(
      ["exit code", ""],
      [
        ["0", "done"],
        ["1", "what was checked is wrong, or the work failed"],
        ["2", "the command was written wrongly"],
        ["3", "the machine or the data folder lacks something; nothing was changed"],
      ],
    ),
    table(
      ["command", ""],
      commandTable.map(({ name, summary }) => [
        `[${code(name)}](#${name.replaceAll(" ", "-")})`,
        `${summary}.`,
      ]),
    ),
  ];
  for (const entry of commandTable) {
    const help = describeCommand(entry, await entry.load());
    sections.push(`## ${entry.name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``);
  }
  return `${sections.join("\n\n")}\n`;
}
