import { appendFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import {
  type Chart,
  type PrintOptions,
  printFiles,
  printManifest,
  type RenderedChart,
  type RenderRequest,
  refuseReleaseName,
  refuseUninstallable,
  releaseNameFrom,
  renderChart,
  renderTemplates,
  updateDependencies,
} from "@catalyst/charts";
import type { Arguments, Call, Command, ExitCode } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import type { Terminal } from "../cli/terminal.ts";
import { capabilitiesOf, capabilityOptions } from "./chart/capabilities.ts";
import { fillChartsFolder } from "./chart/dependencies.ts";
import { makeFolder } from "./chart/files.ts";
import { globalOptions } from "./chart/global-options.ts";
import { installOptions, refuseInstallOptions, tellDeprecated } from "./chart/install-options.ts";
import { chartFrom, sourceOptions } from "./chart/load.ts";
import { placesOf } from "./chart/transport.ts";
import { valueOptions, valuesOf } from "./chart/values.ts";

/** Renders a chart and prints it as `helm template` does. */
export const chartTemplate: Command = {
  positionals: "[RELEASE] CHART",
  count: { min: 1, max: 2 },
  options: {
    ...valueOptions,
    ...sourceOptions,
    namespace: {
      type: "string",
      short: "n",
      value: "NAME",
      default: "default",
      help: "The release's namespace",
    },
    "name-template": { type: "string", value: "TEMPLATE", help: "What makes the release's name" },
    "generate-name": { type: "boolean", short: "g", help: "Give the release a name of its own" },
    ...capabilityOptions,
    "dependency-update": { type: "boolean", help: "Get dependencies that are missing first" },
    "include-crds": { type: "boolean", help: "Print the crds folder too" },
    "skip-crds": { type: "boolean", help: "As without --include-crds, which wins, as in helm" },
    "show-only": {
      type: "string",
      short: "s",
      multiple: true,
      value: "FILE",
      help: "Only what this template gives",
    },
    "output-dir": { type: "string", value: "DIR", help: "Write a file for each template instead" },
    "release-name": { type: "boolean", help: "Put these into a folder named after the release" },
    "no-hooks": { type: "boolean", help: "Leave hooks out" },
    "skip-tests": { type: "boolean", help: "Leave tests out" },
    "is-upgrade": { type: "boolean", help: "Render as an upgrade" },
    "post-renderer": { type: "string", value: "NAME", help: "Refused: a plug-in of helm's" },
    "post-renderer-args": { type: "string", multiple: true, value: "TEXT", help: "Refused, as that is" },
    "skip-schema-validation": { type: "boolean", help: "Don't check the values against the chart's schema" },
    ...installOptions,
    ...globalOptions,
  },
  examples: [
    "./catalyst chart template my-site platform/static-site/chart",
    "./catalyst chart template web ./web-1.2.0.tgz -f values.yaml --set replicas=3 --show-only templates/deployment.yaml",
    "./catalyst chart template web stable/web --version ^1 --values https://example.com/values.yaml",
    "./catalyst chart template web oci://registry.example.com/charts/web --version ^1",
  ],
  run: template,
};

async function template({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  tellDeprecated(given, terminal);
  refusePostRenderer(given);
  refuseInstallOptions(given);
  const name = releaseName(given);
  refuseReleaseName(name);
  const { chart, report } = await installableChart(given, folder);
  const request = {
    chart,
    values: await valuesOf(given, folder),
    release: { name, namespace: given.text("namespace") || "default", isUpgrade: given.flag("is-upgrade") },
    capabilities: capabilitiesOf(given),
    skipSchema: given.flag("skip-schema-validation"),
  };
  const rendered = render(request, given.flag("debug"), terminal);
  // Some of Helm's say it themselves.
  for (const warning of rendered.warnings) terminal.progress(`warning: ${warning.replace(/^warning: /, "")}`);
  const options: PrintOptions = {
    includeCrds: given.flag("include-crds"),
    noHooks: given.flag("no-hooks"),
    skipTests: given.flag("skip-tests"),
    showOnly: given.texts("show-only"),
  };
  const target = given.text("output-dir") ?? "";
  if (target !== "") {
    const written = writeFiles(rendered, options, {
      target,
      folder,
      release: given.flag("release-name") && name,
    });
    terminal.result({ files: written }, `${report}${written.map((file) => `wrote ${file}\n`).join("")}\n`);
    return 0;
  }
  const text = printManifest(rendered, options);
  terminal.result({ manifest: text }, `${report}${text}`);
  return 0;
}

/** Renders; where what comes isn't YAML, shows it all the same if that is wanted, as helm does. */
function render(request: RenderRequest, isDebugged: boolean, terminal: Terminal): RenderedChart {
  try {
    return renderChart(request);
  } catch (error) {
    if (!isCatalystError(error, "chart-manifest-invalid")) throw error;
    const { code, message, place } = error;
    if (!isDebugged)
      throw new CatalystError(code, message, {
        cause: error,
        place,
        hint: "Give --debug to see what was rendered.",
      });
    if (!terminal.json) terminal.result(undefined, printTemplates(renderTemplates(request)));
    throw error;
  }
}

function printTemplates(files: ReadonlyMap<string, string>): string {
  const shown = [...files].filter(([path, text]) => !path.endsWith("/NOTES.txt") && text.trim() !== "");
  return `${shown
    .map(([path, text]) => `---\n# Source: ${path}\n${text}\n`)
    .join("")
    .trim()}\n`;
}

/** Helm 4 takes the name of a plug-in there, a WebAssembly module or a program it was installed with. */
function refusePostRenderer(given: Arguments): void {
  if (given.text("post-renderer") === undefined && given.texts("post-renderer-args").length === 0) return;
  throw new UsageError("a post-renderer is a plug-in of helm 4, and there are none here", {
    hint: "Give what is printed to the program instead: ./catalyst chart template … | program.",
  });
}

function releaseName(given: Arguments): string {
  const nameTemplate = given.text("name-template") ?? "";
  if (given.positionals.length === 1) {
    return nameTemplate === "" ? "release-name" : releaseNameFrom(nameTemplate);
  }
  for (const option of ["generate-name", "name-template"]) {
    if (option === "generate-name" ? given.flag(option) : nameTemplate !== "") {
      throw new UsageError(`cannot set --${option} and also specify a name`);
    }
  }
  return given.positionals[0] ?? "";
}

/** The chart with its dependencies, and what was told of getting them. */
async function installableChart(
  given: Arguments,
  folder: string,
): Promise<{ readonly chart: Chart; readonly report: string }> {
  const path = given.positionals.at(-1) ?? "";
  const chart = await chartFrom(given, folder, path);
  try {
    refuseUninstallable(chart);
    return { chart, report: "" };
  } catch (error) {
    const target = resolve(folder, path);
    const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!given.flag("dependency-update") || !isFolder) throw error;
    const fetched = await fillChartsFolder(target, updateDependencies, placesOf(given, folder));
    const filled = await chartFrom(given, folder, path);
    refuseUninstallable(filled);
    return { chart: filled, report: fetched?.report.map((line) => `${line}\n`).join("") ?? "" };
  }
}

interface Destination {
  readonly target: string;
  readonly folder: string;
  /** The release's name where files go into a folder of that name. */
  readonly release: string | false;
}

/** Writes a file for each template, over what is there from earlier; gives their paths as the user named them. */
function writeFiles(rendered: RenderedChart, options: PrintOptions, to: Destination): string[] {
  const written: string[] = [];
  for (const { path, text, isCrd } of printFiles(rendered, options)) {
    const shown = `${to.release === false || isCrd ? to.target : join(to.target, to.release)}/${path}`;
    const file = resolve(to.folder, shown);
    makeFolder(to.folder, dirname(shown));
    if (written.includes(shown)) appendFileSync(file, text);
    else writeFileSync(file, text);
    written.push(shown);
  }
  return written;
}
