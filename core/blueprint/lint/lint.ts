import { CatalystError, describeError } from "@catalyst/base/errors";
import type { Problem } from "@catalyst/model/problem";
import type { FileTree } from "../archive/tar.ts";
import { type BlueprintFolder, chartFolder, parseBlueprint } from "../folder/folder.ts";
import { configRules } from "./config-rules.ts";
import { manifestRules } from "./manifest-rules.ts";
import { objectRules } from "./object-rules.ts";
import { observabilityRules } from "./observability-rules.ts";
import { packageRules } from "./package-rules.ts";
import { chartOf, exampleValues, type RenderedBlueprint, render } from "./rendering.ts";
import type { Finding, Rule } from "./rule.ts";

/** Every rule, in the order of the reference page. */
export const lintRules: readonly Rule[] = [
  ...manifestRules,
  ...configRules,
  ...packageRules,
  ...objectRules,
  ...observabilityRules,
];

/**
 * Says what is wrong with a Blueprint's folder; empty when nothing is. Never throws for what is in the
 * folder: what can't be read or rendered is a finding too.
 */
export function lintBlueprint(files: FileTree): Finding[] {
  let folder: BlueprintFolder;
  try {
    folder = parseBlueprint(files);
  } catch (error) {
    if (!(error instanceof CatalystError)) throw error;
    return unreadable(error);
  }
  const { renderings, failures } = renderSizes(folder);
  const subject = { ...folder, renderings };
  const warnings = folder.warnings.map((warning): Finding => ({ ...warning, severity: "warning" }));
  const findings = lintRules.flatMap((rule) =>
    rule.check(subject).map((found): Finding => ({ ...found, code: rule.code, severity: rule.severity })),
  );
  return [...warnings, ...failures, ...findings];
}

/** Tells whether findings keep a Blueprint from being published. */
export function isPublishable(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.severity !== "error");
}

function unreadable(error: CatalystError): Finding[] {
  const problems = error.details?.["problems"];
  if (Array.isArray(problems))
    return (problems as Problem[]).map((problem) => ({ ...problem, severity: "error" }));
  const { file, line, field } = error.place ?? {};
  return [
    {
      code: error.code,
      message: error.message,
      severity: "error",
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(field === undefined ? {} : { field }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    },
  ];
}

/** Renders the default size first, then the others. */
function renderSizes(folder: BlueprintFolder): { renderings: RenderedBlueprint[]; failures: Finding[] } {
  const { sizes, defaultSize } = folder.manifest.spec;
  const names = Object.keys(sizes ?? {});
  const order =
    defaultSize === undefined
      ? [undefined, ...names]
      : [defaultSize, ...names.filter((name) => name !== defaultSize)];
  const renderings: RenderedBlueprint[] = [];
  const failures: Finding[] = [];
  for (const size of order) {
    const label = size === undefined ? "the defaults" : `size ${size}`;
    try {
      renderings.push(render(chartOf(folder), exampleValues(folder, size), label));
    } catch (error) {
      const message = `with ${label} it can't be rendered: ${describeError(error)}`;
      failures.push({ code: "render-failed", severity: "error", message, file: chartFolder });
    }
  }
  return { renderings, failures };
}
