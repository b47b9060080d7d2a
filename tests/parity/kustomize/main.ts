import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { readWords, refuseWords } from "../../command-line.ts";
import { build } from "../../lab/build.ts";
import { componentNamed, programPath } from "../../lab/lab.ts";
import { agrees, type Comparison, compare, countVerdicts } from "../comparison.ts";
import { type Building, ourAnswer, theirAnswer } from "./answers.ts";
import { kustomizationFolders } from "./folders.ts";

const usage = "npm run parity:kustomize -- [--json] [--unrestricted] [--enable-helm] DIR…";

/**
 * Builds every kustomization below folders with ours and with the real program, and compares bytes. Each DIR is what its
 * builds may read; a kustomization may name files of its own folder alone, with `--unrestricted` any; with
 * `--enable-helm` charts are rendered, by the real program where they lie, or fetched. Prints the differences and a
 * count, with `--json` a table of all; exits 1 on differences, 2 on wrong usage.
 */
const { values, positionals } = readWords(
  {
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      unrestricted: { type: "boolean", default: false },
      "enable-helm": { type: "boolean", default: false },
    },
  },
  usage,
);
const absent = positionals.find((path) => !existsSync(path));
if (positionals.length === 0) refuseWords("which folders?", usage);
if (absent !== undefined) refuseWords(`there is no ${absent}`, usage);
const roots = positionals.map((path) => resolve(path));

/** Builds under way at once: one for each processor of a small machine. */
const atOnce = 2;

await build(componentNamed("kustomize"));
const program = programPath("kustomize");
if (values["enable-helm"]) await build(componentNamed("helm"));
const building: Building = {
  restriction: values.unrestricted ? "root" : "folder",
  helm: values["enable-helm"] ? programPath("helm") : undefined,
};
const inputs = roots.flatMap((root) => kustomizationFolders(root).map((folder) => ({ root, folder })));
const comparisons: Comparison[] = [];
const compareNext = async (): Promise<void> => {
  for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
    const theirs = await theirAnswer(program, input.folder, building);
    const { answer, isPlaced } = ourAnswer(input.root, input.folder, building);
    const comparison = compare(relative(process.cwd(), input.folder), answer, theirs, isPlaced);
    comparisons.push(comparison);
    if (!values.json && !agrees(comparison)) {
      const { verdict, detail } = comparison;
      process.stdout.write(`${comparison.input}: ${verdict}\n${detail.replace(/^/gm, "    ")}\n`);
    }
  }
};
await Promise.all(Array.from({ length: atOnce }, compareNext));
if (values.json) process.stdout.write(`${JSON.stringify(comparisons, null, 2)}\n`);
else process.stdout.write(`${countVerdicts(comparisons)}\n`);
if (comparisons.length === 0) process.stderr.write("no kustomization was found\n");
process.exitCode = comparisons.length > 0 && comparisons.every(agrees) ? 0 : 1;
