import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chartFunctions } from "../../core/charts/functions/index.ts";
import type { ParameterType } from "../../core/charts/template/values.ts";
import { build } from "../lab/build.ts";
import { componentNamed, programPath } from "../lab/lab.ts";
import { renderCase } from "./cases.ts";
import { renderWithHelm } from "./helm.ts";

/**
 * Compares random expressions with the real program, by hand: `node tests/charts/fuzz.ts [SEED] [ROUNDS]`.
 * Prints each expression whose result or error differs.
 */
const [seed = String(Date.now()), rounds = "20"] = process.argv.slice(2);
const batchSize = 40;

/** Functions whose result depends on chance, time or the machine. */
const unstable =
  /^(rand|gen|uuid|bcrypt|htpasswd|shuffle|now|ago|encryptAES|buildCustomCert|getHostByName|include|tpl|template|keys|values|fail|lookup|derivePassword|durationRound$|fromToml$|date|htmlDate|must_?date|html|js|call)/i;

let state = Number.parseInt(seed, 10) >>> 0 || 1;
function random(limit: number): number {
  // A small generator is enough: the seed is printed, so that a finding can be had again.
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;

const texts = [
  "",
  "a",
  "hello world",
  "Hello, Wörld",
  "日本語",
  "a,b,c",
  "a/b/../c.tar.gz",
  "1.2.3",
  ">=1.2, <2",
  "12",
  "0x1f",
  "-3.5",
  "true",
  "x: y",
  "- a\n- b\n",
  "a: 1\nb: [1, 2.50, ~]\nc: {d: yes}\n",
  '{"a": [1, null, "x<y"]}',
  "  padded\t",
  "FooBarBaz2x",
  "foo_bar-baz qux",
  "(a)(b+)",
  "[a-z]+",
  "$1-${2}",
  "2006-01-02",
  "1h30m",
  "http://u:p@h.example:80/p?q=1#f",
  "aGVsbG8=",
  "line1\nline2\n",
  "it's \"quoted\"",
  "%d %s %v %q",
  "😀 emoji",
  "a = 1\n[t]\nb = 'c'\n",
];
const names = [...chartFunctions.keys()].filter((name) => !unstable.test(name)).sort();

function literal(text: string): string {
  return text.includes("`") || random(2) === 0 ? JSON.stringify(text) : `\`${text}\``;
}

function value(depth: number): string {
  switch (random(depth > 2 ? 8 : 12)) {
    case 0:
      return String(random(20) - 5);
    case 1:
      return (random(2000) / 100 - 5).toFixed(pick([1, 2]));
    case 2:
      return pick(["true", "false"]);
    case 3:
      return pick(["nil", ".Values.zz", ".Values.list", ".Values.map", ".Values.number", ".Values.text", "."]);
    case 4:
    case 5:
    case 6:
    case 7:
      return literal(pick(texts));
    case 8:
      return `(list ${Array.from({ length: random(4) }, () => value(depth + 1)).join(" ")})`;
    case 9:
      return `(dict ${Array.from({ length: random(3) }, () => `${literal(pick(["a", "b", "c"]))} ${value(depth + 1)}`).join(" ")})`;
    default:
      return `(${call(depth + 1)})`;
  }
}

function argument(type: ParameterType, depth: number): string {
  if (random(12) === 0) return value(depth);
  switch (type) {
    case "string":
      return literal(pick(texts));
    case "int":
      return String(random(12) - 2);
    case "bool":
      return pick(["true", "false"]);
    case "float64":
      return pick(["0.5", "1.25", "2.0"]);
    case "map":
      return `(dict "a" ${value(depth + 1)} "b" ${value(depth + 1)})`;
    case "list":
      return `(list ${value(depth + 1)})`;
    case "time":
      return '(toDate "2006-01-02" "2024-02-29")';
    case "version":
      return '(semver "1.2.3")';
    default:
      return value(depth);
  }
}

function call(depth: number): string {
  const name = pick(names);
  const target = chartFunctions.get(name);
  const fixed = target?.parameters ?? [];
  const more = target?.variadic === undefined ? [] : Array.from({ length: random(3) }, () => target.variadic as ParameterType);
  const args = [...fixed, ...more].map((type) => argument(type, depth));
  const piped = depth === 0 && args.length > 0 && random(4) === 0;
  const last = piped ? args.pop() : undefined;
  const text = [name, ...args].join(" ");
  return last === undefined ? text : `${last} | ${text}`;
}

const scratch = mkdtempSync(join(tmpdir(), "chart-fuzz-"));
mkdirSync(join(scratch, "templates"));
writeFileSync(join(scratch, "Chart.yaml"), "apiVersion: v2\nname: fuzz\nversion: 0.1.0\n");
writeFileSync(join(scratch, "values.yaml"), "list: [a, 1, 2.5, true, null]\nmap: {a: 1, b: {c: x}}\nnumber: 42\ntext: abc\n");

await build(componentNamed("helm"));
const helm = programPath("helm");
const both = async (template: string) => ({
  ours: await renderCase(scratch, { template }),
  theirs: await renderWithHelm(helm, scratch, { template }),
});
const shown = (expression: string) => `out: {{ ${expression} | toJson | quote }}\n`;
let differences = 0;

async function compareOne(expression: string): Promise<void> {
  const { ours, theirs } = await both(shown(expression));
  if (ours === theirs) return;
  differences++;
  process.stdout.write(`{{ ${expression} }}\n  helm: ${JSON.stringify(theirs)}\n  ours: ${JSON.stringify(ours)}\n`);
}

for (let round = 0; round < Number(rounds); round++) {
  const fine: string[] = [];
  const failing: string[] = [];
  for (let index = 0; index < batchSize; index++) {
    const expression = call(0);
    const ours = await renderCase(scratch, { template: shown(expression) });
    (ours.startsWith("Error: ") ? failing : fine).push(expression);
  }
  const together = await both(fine.map((expression, index) => shown(expression).replace("out", `out${index}`)).join(""));
  if (together.ours !== together.theirs) for (const expression of fine) await compareOne(expression);
  // Wrong use fails alike most of the time: a few a round are enough.
  for (const expression of failing.slice(0, 6)) await compareOne(expression);
}
rmSync(scratch, { recursive: true });
process.stdout.write(`seed ${seed}: ${differences} differences\n`);
