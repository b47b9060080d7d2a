import { resolve } from "node:path";
import { readFolder } from "@catalyst/blueprint/folder";
import { type Finding, isPublishable, lintBlueprint } from "@catalyst/blueprint/lint";
import { printProblem } from "@catalyst/model/problem";
import type { Command } from "../cli/command.ts";

/** Checks Blueprint folders. */
export const blueprintLint: Command = {
  positionals: "FOLDER…",
  count: { min: 1, max: 1000 },
  options: {},
  examples: ["./catalyst blueprint lint platform/static-site", "./catalyst blueprint lint platform/*"],
  run: async ({ arguments: given, folder, terminal }) => {
    const results: { readonly folder: string; readonly findings: readonly Finding[] }[] = [];
    for (const name of given.positionals) {
      results.push({ folder: name, findings: lintBlueprint(await readFolder(resolve(folder, name))) });
    }
    terminal.result(results, results.map(printResult).join("\n"));
    return results.every(({ findings }) => isPublishable(findings)) ? 0 : 1;
  },
};

function printResult({
  folder,
  findings,
}: {
  readonly folder: string;
  readonly findings: readonly Finding[];
}): string {
  if (findings.length === 0) return `${folder}: nothing wrong`;
  const lines = findings.map(({ severity, code, ...problem }) => {
    const file = problem.file === undefined ? folder : `${folder}/${problem.file}`;
    return `${printProblem({ code, ...problem, file })} [${severity} ${code}]`;
  });
  return lines.join("\n");
}
