import { relative, resolve } from "node:path";
import { build } from "../../lab/build.ts";
import { componentNamed, programPath } from "../../lab/lab.ts";
import { agrees, type Comparison, compare, countVerdicts } from "../comparison.ts";
import { ourAnswer, theirAnswer } from "./answers.ts";
import { kustomizationFolders } from "./folders.ts";

/**
 * Builds every kustomization below folders with ours and with the real program, and compares bytes:
 * `npm run parity:kustomize -- [--json] [--unrestricted] DIR…`. Each DIR is what its builds may read; a
 * kustomization may name files of its own folder alone, with `--unrestricted` any. Prints the differences and a
 * count, with `--json` a table of all; exits 1 on differences.
 */
const words = process.argv.slice(2);
const asJson = words.includes("--json");
const restriction = words.includes("--unrestricted") ? "root" : "folder";
const roots = words.filter((word) => !word.startsWith("--")).map((word) => resolve(word));

/** Builds under way at once: one for each processor of a small machine. */
const atOnce = 2;

await build(componentNamed("kustomize"));
const program = programPath("kustomize");
const inputs = roots.flatMap((root) => kustomizationFolders(root).map((folder) => ({ root, folder })));
const comparisons: Comparison[] = [];
const compareNext = async (): Promise<void> => {
  for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
    const theirs = await theirAnswer(program, input.folder, restriction);
    const { answer, isPlaced } = ourAnswer(input.root, input.folder, restriction);
    const comparison = compare(relative(process.cwd(), input.folder), answer, theirs, isPlaced);
    comparisons.push(comparison);
    if (!asJson && !agrees(comparison)) {
      const { verdict, detail } = comparison;
      process.stdout.write(`${comparison.input}: ${verdict}\n${detail.replace(/^/gm, "    ")}\n`);
    }
  }
};
await Promise.all(Array.from({ length: atOnce }, compareNext));
if (asJson) process.stdout.write(`${JSON.stringify(comparisons, null, 2)}\n`);
else process.stdout.write(`${countVerdicts(comparisons)}\n`);
if (comparisons.length === 0) process.stderr.write("no kustomization was found\n");
process.exitCode = comparisons.length > 0 && comparisons.every(agrees) ? 0 : 1;
