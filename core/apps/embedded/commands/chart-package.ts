import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageChart } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { chartAt } from "./chart/load.ts";

/** Packs a chart's folder into an archive; the same chart gives the same bytes. */
export const chartPackage: Command = {
  positionals: "CHART",
  count: { min: 1, max: 1 },
  options: {
    destination: {
      type: "string",
      short: "d",
      value: "DIR",
      default: ".",
      help: "Where the archive is written",
    },
    version: { type: "string", value: "VERSION", help: "Replaces the chart's version" },
    "app-version": { type: "string", value: "VERSION", help: "Replaces the version of what it installs" },
  },
  examples: ["./catalyst chart package platform/static-site/chart --destination /tmp"],
  run: pack,
};

async function pack({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const chart = await chartAt(folder, given.positionals[0] ?? "");
  const { name, bytes } = packageChart(chart, {
    version: given.text("version"),
    appVersion: given.text("app-version"),
  });
  const destination = resolve(folder, given.text("destination") ?? ".");
  mkdirSync(destination, { recursive: true });
  const file = join(destination, name);
  writeFileSync(file, bytes);
  terminal.result({ file }, `Successfully packaged chart and saved it to: ${file}`);
  return 0;
}
