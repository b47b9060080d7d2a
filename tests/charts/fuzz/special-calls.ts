import type { Expressions } from "./expressions.ts";
import { formatLiteral, keyLiteral, literal, textLiteral } from "./literals.ts";
import type { Wanted } from "./signatures.ts";
import { layouts } from "./texts.ts";

/** Writes a call that needs a form of its own. `depth` is how deep it lies in others. */
export function specialCall(expressions: Expressions, depth: number): string {
  const { random } = expressions;
  const operand = (wanted: Wanted) => expressions.operand(wanted, depth + 1);
  const some = (most: number) => random.some(most, () => operand("any")).join(" ");
  switch (random.below(17)) {
    case 0:
      return `keys ${operand("map")} | sortAlpha`;
    case 1:
      return `values (dict ${keyLiteral(random)} ${operand("any")})`;
    case 2:
      return `required ${textLiteral(random)} ${operand("any")}`;
    case 3:
      return `set ${operand("map")} ${keyLiteral(random)} ${operand("any")}`;
    case 4:
      return `unset ${operand("map")} ${keyLiteral(random)}`;
    case 5:
      return random.once(4) ? `fail ${operand("string")}` : `lookup "v1" "Pod" ${operand("string")} ""`;
    case 6:
    case 7:
      return `tpl ${literal(random, templateText(expressions, depth))} ${random.pick([".", "$", operand("any")])}`;
    case 8:
      return `include ${literal(random, random.once(12) ? "none" : random.pick(expressions.templates))} ${operand("any")}`;
    case 9:
      return `call ${operand("any")} ${some(2)}`;
    case 10:
    case 11:
      return methodCall(expressions, "any", depth);
    case 12:
      return `dict ${some(5)}`;
    case 13:
      return `${random.pick(["eq", "ne", "lt", "le", "gt", "ge"])} ${operand("any")} ${operand("any")} ${some(1)}`;
    case 14:
      return `${random.pick(chances)} ${random.pick(["0", "3", "-1", operand("int")])} | len`;
    default:
      return printing(expressions, depth);
  }
}

/** Functions that draw by chance: how much they give doesn't hang on it. */
const chances = ["randAlphaNum", "randAlpha", "randNumeric", "randAscii", "randBytes"];

/** What verbs print; of times they show what lies in memory. */
const printed: readonly Wanted[] = ["string", "int", "int64", "float64", "number", "bool", "map", "list"];

function printing(expressions: Expressions, depth: number): string {
  const outer = expressions.isPrinting;
  expressions.isPrinting = true;
  const { random } = expressions;
  const args = random.some(3, () => expressions.operand(random.pick(printed), depth + 1));
  expressions.isPrinting = outer;
  return `printf ${formatLiteral(random)} ${args.join(" ")}`;
}

/** Text given to `tpl`: an expression, or several statements. */
function templateText(expressions: Expressions, depth: number): string {
  const { random } = expressions;
  return random.once(30) ? textLiteral(random) : expressions.writeTemplate(Math.max(depth, 2));
}

/** Writes a call of a method: of what every template sees, of a time, a duration or a version. */
export function methodCall(expressions: Expressions, wanted: Wanted, depth: number): string {
  const { random } = expressions;
  const operand = (kind: Wanted) => expressions.operand(kind, depth + 1);
  const call = () => {
    switch (random.below(4)) {
      case 0:
        return `(${operand("time")}).${random.pick(timeMethods)}`;
      case 1:
        return `(${operand("time")}).${random.pick([
          `Format ${literal(random, random.pick(layouts))}`,
          `AddDate ${operand("int")} ${operand("int")} ${operand("int")}`,
          `${random.pick(["Add", "Round", "Truncate"])} (mustToDuration ${operand("duration")})`,
          `Sub ${operand("time")}`,
          `Compare ${operand("time")}`,
          `Before ${operand("time")}`,
          `Equal ${operand("any")}`,
        ])}`;
      case 2:
        return `(mustToDuration ${operand("duration")}).${random.pick(durationMethods)}`;
      default:
        return `(semver ${operand("versionText")}).${random.pick(versionMethods)}`;
    }
  };
  if (wanted !== "any") return `(${call()})`;
  if (random.once(2)) return call();
  return random.pick([
    `.Files.Get ${textLiteral(random)}`,
    `.Files.Glob ${literal(random, random.pick(["*", "**", "d/*", "[", "{a,d/b}*", "a.???", "[!a]*", "\\*"]))}`,
    `(.Files.Glob ${literal(random, random.pick(["*", "**", "d/*"]))}).${random.pick(["AsConfig", "AsSecrets"])}`,
    ".Files.AsConfig",
    ".Files.AsSecrets",
    `.Files.GetBytes ${literal(random, random.pick(["a.txt", "d/c.bin", "none"]))}`,
    `.Capabilities.APIVersions.Has ${literal(random, random.pick(["v1", "apps/v1", "x"]))}`,
    ".Capabilities.KubeVersion",
    `$.Files.Lines ${literal(random, "a.txt")}`,
    ".Values.AsMap",
    `.Values.PathValue ${keyLiteral(random)}`,
    `.Values.Table ${keyLiteral(random)}`,
    ".Values.YAML",
  ]);
}

const timeMethods = [
  "Unix",
  "UnixMilli",
  "UnixNano",
  "Year",
  "Month",
  "Day",
  "Hour",
  "Minute",
  "Second",
  "YearDay",
  "Weekday",
  "Weekday.String",
  "Nanosecond",
  "GoString",
  "IsZero",
  "UTC",
  "String",
  "Month.String",
  "Nope",
];
const durationMethods = ["Seconds", "Minutes", "Hours", "Milliseconds", "Microseconds", "Nanoseconds", "String", "Nope"];
const versionMethods = [
  "Major",
  "Minor",
  "Patch",
  "Prerelease",
  "Metadata",
  "Original",
  "String",
  "IncMajor",
  "IncMinor",
  "IncPatch",
  "IncPatch.Original",
  "IncMinor.Compare (semver `1.2.3`)",
  "Compare (semver `1.2.3`)",
  "Equal (semver `1.2.3`)",
  "LessThan (semver `1.2.3-rc`)",
  "GreaterThanEqual 1",
  "Nope",
];
