import { CatalystError } from "@catalyst/base/errors";
import { printManifest, refuseUninstallable, renderChart } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { capabilitiesOf, capabilityOptions } from "./chart/capabilities.ts";
import { chartAt } from "./chart/load.ts";
import { valueOptions, valuesOf } from "./chart/values.ts";

/** Renders a chart and prints it as `helm template` does. */
export const chartTemplate: Command = {
  positionals: "[RELEASE] CHART",
  count: { min: 1, max: 2 },
  options: {
    ...valueOptions,
    namespace: {
      type: "string",
      short: "n",
      value: "NAME",
      default: "default",
      help: "The release's namespace",
    },
    ...capabilityOptions,
    "include-crds": { type: "boolean", help: "Print the crds folder too" },
    "show-only": {
      type: "string",
      short: "s",
      multiple: true,
      value: "FILE",
      help: "Only what this template gives",
    },
    "no-hooks": { type: "boolean", help: "Leave hooks out" },
    "skip-tests": { type: "boolean", help: "Leave tests out" },
    "is-upgrade": { type: "boolean", help: "Render as an upgrade" },
    "skip-schema-validation": { type: "boolean", help: "Don't check the values against the chart's schema" },
  },
  examples: [
    "./catalyst chart template my-site platform/static-site/chart",
    "./catalyst chart template web ./web-1.2.0.tgz -f values.yaml --set replicas=3 --show-only templates/deployment.yaml",
  ],
  run: template,
};

async function template({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const path = given.positionals.at(-1) ?? "";
  const name = given.positionals.length === 2 ? (given.positionals[0] ?? "") : "release-name";
  refuseReleaseName(name);
  const chart = await chartAt(folder, path);
  refuseUninstallable(chart);
  const rendered = renderChart({
    chart,
    values: valuesOf(given, folder),
    release: { name, namespace: given.text("namespace") ?? "default", isUpgrade: given.flag("is-upgrade") },
    capabilities: capabilitiesOf(given),
    skipSchema: given.flag("skip-schema-validation"),
  });
  for (const warning of rendered.warnings) terminal.progress(`warning: ${warning}`);
  const text = printManifest(rendered, {
    includeCrds: given.flag("include-crds"),
    noHooks: given.flag("no-hooks"),
    skipTests: given.flag("skip-tests"),
    showOnly: given.texts("show-only"),
  });
  terminal.result({ manifest: text }, text);
  return 0;
}

/** The rule for a release's name is Helm's: a lower-case DNS name of at most 53 characters. */
function refuseReleaseName(name: string): void {
  if (name.length <= 53 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name))
    return;
  throw new CatalystError("chart-release-invalid", `${JSON.stringify(name)} can't be a release's name`, {
    hint: "Use at most 53 lower-case letters, digits, - and .",
  });
}
