import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { readWrittenChart, writeChart } from "./written-chart.ts";

/** A chart that is checked with these words after `lint chart`, and the file of what the real program says. */
export interface LintCase {
  readonly title: string;
  readonly words: readonly string[];
  readonly golden: string;
  /** Writes the chart as `chart` into a folder. */
  write(folder: string): void;
}

/** Lists the cases of the charts in `linting`. */
export function lintCases(): LintCase[] {
  const root = join(import.meta.dirname, "linting");
  return readdirSync(root)
    .filter((file) => file.endsWith(".txt"))
    .flatMap((file) => {
      const name = basename(file, ".txt");
      const { cases, files } = readWrittenChart<readonly string[]>(join(root, file), []);
      return Object.entries(cases).map(([title, words]) => ({
        title: `${name.replaceAll("-", " ")}: ${title}`,
        words: ["lint", "chart", ...words],
        golden: join(root, "golden", `${name}.${title.replaceAll(" ", "-")}.txt`),
        write: (folder: string) => writeChart(files, join(folder, "chart")),
      }));
    });
}
