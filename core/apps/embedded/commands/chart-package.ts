import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageChart } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { chartAt } from "./chart/load.ts";

/** Packs a chart into an archive, the same bytes for the same chart. */
export const chartPackage: Command = {
  positionals: "CHART",
  count: { min: 1, max: 1 },
  options: {
    destination: { type: "string", short: "d", value: "DIR", default: ".", help: "Where the archive goes" },
    version: { type: "string", value: "VERSION", help: "Another version than Chart.yaml's" },
    "app-version": { type: "string", value: "VERSION", help: "Another appVersion than Chart.yaml's" },
  },
  examples: ["./catalyst chart package platform/static-site/chart --destination /tmp"],
  run: pack,
};

async function pack({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const chart = await chartAt(folder, given.positionals[0] ?? "");
  const packed = packageChart(chart, {
    version: given.text("version"),
    appVersion: given.text("app-version"),
  });
  const destination = resolve(folder, given.text("destination") ?? ".");
  mkdirSync(destination, { recursive: true });
  const path = join(destination, packed.name);
  writeFileSync(path, packed.bytes);
  terminal.result({ path }, `Successfully packaged chart and saved it to: ${path}\n`);
  return 0;
}
