import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCount, readWords } from "../../command-line.ts";
import { build } from "../../lab/build.ts";
import { componentNamed, programPath } from "../../lab/lab.ts";
import { renderCase } from "../cases.ts";
import { renderWithHelm } from "../helm.ts";

const usage = 'node tests/charts/fuzz/yaml.ts [--seed S] [--rounds 20] [--files "tests/charts/**/*.{txt,yaml}"]';

/**
 * Reads damaged YAML with ours and with the real program, by hand. The texts are pieces of YAML files with a few
 * characters changed. Prints each text whose value or error differs.
 */
const { values: options } = readWords(
  {
    options: {
      seed: { type: "string", default: String(Date.now() % 100_000) },
      rounds: { type: "string", default: "20" },
      files: { type: "string", default: "tests/charts/**/*.{txt,yaml}" },
    },
  },
  usage,
);
const seed = readCount("seed", options.seed, usage);
const rounds = readCount("rounds", options.rounds, usage, 1);
const batchSize = 200;

let state = seed >>> 0 || 1;
function random(limit: number): number {
  // A small generator is enough: the seed is printed, so that a finding can be had again.
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;

const sources = globSync(options.files).map((file) => readFileSync(file, "utf8"));
/** What is put in: the characters and words YAML gives a meaning. */
const pieces = [
  ..."-?:,[]{}#&*!|>'\"%@`\t \n~<=.\\0a",
  ": ",
  "- ",
  "? ",
  " #",
  "\n\n",
  "\n  ",
  "\n    - ",
  "\n---\n",
  "\n...\n",
  "&a ",
  "*a",
  "<<: *a",
  "!!str ",
  "!!int ",
  "!!binary ",
  "!x ",
  "!<y> ",
  "|\n",
  "|-\n",
  ">2\n",
  "%YAML 1.1\n",
  "%TAG ! x\n",
  "null",
  "yes",
  "0x1F",
  "0o17",
  "1_000",
  ".5",
  "1e3",
  ".inf",
  "2024-01-01",
  '"\\x41\\u00e9"',
  "'it''s'",
  "{a: 1, b}",
  "[a, b: c]",
  "\u0085",
  "\u2028",
  "é",
  "\u0007",
];

function damaged(): string {
  const source = pick(sources);
  const start = random(2) === 0 ? 0 : source.indexOf("\n", random(source.length)) + 1;
  let text = source.slice(start, start + 20 + random(400));
  for (let count = random(5); count >= 0; count--) {
    const at = random(text.length + 1);
    const cut = random(3) === 0 ? random(6) : 0;
    text = text.slice(0, at) + (random(4) === 0 ? "" : pick(pieces)) + text.slice(at + cut);
  }
  return text;
}

/** In Base64, so that the values' own YAML doesn't change them. */
const template = "{{ range $i, $text := .Values.texts }}{{ $i }} {{ fromYaml (b64dec $text) | toJson }}\n{{ end }}";
const scratch = mkdtempSync(join(tmpdir(), "chart-fuzz-"));
mkdirSync(join(scratch, "templates"));
writeFileSync(join(scratch, "Chart.yaml"), "apiVersion: v2\nname: fuzz\nversion: 0.1.0\n");
writeFileSync(join(scratch, "templates/NOTES.txt"), template);

await build(componentNamed("helm"));
const helm = programPath("helm");
let differences = 0;
for (let round = 0; round < rounds; round++) {
  const texts = Array.from({ length: batchSize }, damaged);
  const encoded = texts.map((text) => Buffer.from(text).toString("base64"));
  const options = { values: { texts: encoded }, notes: true };
  const ours = (await renderCase(scratch, options)).split("\n");
  const theirs = (await renderWithHelm(helm, scratch, options)).split("\n");
  texts.forEach((text, index) => {
    if (ours[index] === theirs[index]) return;
    differences++;
    process.stdout.write(`${JSON.stringify(text)}\n  helm: ${theirs[index]}\n  ours: ${ours[index]}\n`);
  });
}
rmSync(scratch, { recursive: true });
process.stdout.write(`seed ${seed}: ${differences} differences in ${rounds * batchSize} texts\n`);
