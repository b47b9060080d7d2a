import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chartFunctions } from "../../core/charts/functions/index.ts";
import { openRealEngine } from "../charts/engine/real-engine.ts";
import { caseFiles, casesOf, recordedAnswers } from "../charts/engine/recorded.ts";
import { compareCase } from "../charts/fuzz/compare.ts";
import { findDifferences } from "../charts/fuzz/run.ts";
import { available } from "./available.ts";

/** As many as take a quarter of a minute; `npm run fuzz:templates` goes on with other seeds. */
const run = { seed: 1, from: 0, cases: 5000 };

describe.skipIf(!(await available(import.meta.filename, "template-engine")))("Helm's own engine", () => {
  it.each(caseFiles)("answers as it was recorded: %s", async (file) => {
    const engine = await openRealEngine();
    try {
      const answers = recordedAnswers(file);
      for (const [title, one] of casesOf(file)) expect(await engine.render(one)).toEqual(answers[title]);
    } finally {
      engine.close();
    }
  });

  it("has the functions that ours has, and no others", async () => {
    const engine = await openRealEngine();
    try {
      const names = new Set([...chartFunctions.keys(), ...namesInSource()]);
      // Helm takes env and expandenv out of what sprig has.
      expect(names.size).toBeGreaterThan(chartFunctions.size);
      const known: string[] = [];
      for (const name of names) {
        const outcome = await engine.render({ template: `{{ if false }}{{ ${name} }}{{ end }}` });
        if (!JSON.stringify(outcome).includes("not defined")) known.push(name);
      }
      expect(known.sort()).toEqual([...chartFunctions.keys()].sort());
    } finally {
      engine.close();
    }
  });

  it.each(["v", "#v", "d", "x", "#X", "o", "#o", "b", "+d"])(
    "prints where a value lies as ours does, by the verb %s",
    async (verb) => {
      const engine = await openRealEngine();
      try {
        const template = `{{ printf "%${verb}" (list .Capabilities) }}`;
        expect(await compareCase(engine, { template })).toMatchObject({ isSame: true });
      } finally {
        engine.close();
      }
    },
  );

  it("renders random templates as ours does", async () => {
    const engine = await openRealEngine();
    const differing: string[] = [];
    try {
      const counted = await findDifferences(engine, run, async (number, { template }) => {
        differing.push(`#${number} ${template}`);
      });
      expect(differing).toEqual([]);
      expect(counted.cases).toBe(run.cases);
    } finally {
      engine.close();
    }
  });
});

/** Whatever sprig and Helm put into a map by its name; some of it Helm takes out again. */
function namesInSource(): string[] {
  const folderOf = (module: string) =>
    execFileSync("go", ["list", "-m", "-f", "{{.Dir}}", module], {
      cwd: join(import.meta.dirname, "programs/template-engine"),
      env: { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod" },
      encoding: "utf8",
    }).trim();
  const sources = [
    join(folderOf("github.com/Masterminds/sprig/v3"), "functions.go"),
    ...["funcs.go", "engine.go"].map((file) => join(folderOf("helm.sh/helm/v4"), "pkg/engine", file)),
  ];
  const text = sources.map((file) => readFileSync(file, "utf8")).join("\n");
  return [...text.matchAll(/"([a-zA-Z]\w*)"(?::|\])/g)].flatMap(([, name]) => name ?? []);
}
