import { floatLiteral, formatLiteral, integerLiteral, keyLiteral, literal, textLiteral } from "./literals.ts";
import type { Random } from "./random.ts";
import { argumentsOf, functionsGiving, functionsTaking, type Wanted } from "./signatures.ts";
import { durations, keys, layouts, patterns, tomlTexts, urls } from "./texts.ts";
import { topKeys } from "./values.ts";

/** How deep calls lie in one another. */
const deepest = 3;

/** Writes random expressions: most of them right, some with arguments of another kind or number than is wanted. */
export class Expressions {
  readonly random: Random;
  /** Variables that can be named here. */
  readonly variables: string[] = [];
  /** Whether what is written is printed by verbs, which show where in memory some values lie. */
  #printing = false;
  /** Templates that can be included. */
  readonly templates: readonly string[];

  constructor(random: Random, templates: readonly string[]) {
    this.random = random;
    this.templates = templates;
  }

  /** What stands between the delimiters: commands, the value of each going to the next. */
  pipeline(wanted: Wanted = "any"): string {
    const { random } = this;
    let text = random.once(5) ? this.operand(wanted, 1) : this.#call(wanted, 0);
    while (random.once(3)) text += ` | ${this.#stage(text)}`;
    return text;
  }

  /** One argument: a literal, a variable, a field, or a call in parentheses. */
  operand(wanted: Wanted, depth: number): string {
    const { random } = this;
    // A moment of another kind is now, which passes.
    if (wanted === "moment") return this.#moment(depth);
    // What TOML's reader says of other texts is its own.
    if (wanted === "toml") return literal(random, random.pick(tomlTexts));
    const type = random.once(25) ? random.pick(allWanted) : wanted;
    const kind = random.below(depth < deepest ? 10 : 6);
    if (kind < 4) return this.#literal(type, depth);
    if (kind === 4 && this.variables.length > 0) return this.#variable();
    if (kind < 6) return this.#field(type);
    return `(${this.#call(type, depth)})${random.once(60) ? `.${random.pick(fieldNames)}` : ""}`;
  }

  #call(wanted: Wanted, depth: number): string {
    const { random } = this;
    if (random.once(8)) return this.#special(depth);
    return this.#calling(random.pick(functionsGiving(wanted)), depth, false);
  }

  /** A command that takes its last argument from the pipe, most of the time one of the kind that comes. */
  #stage(before: string): string {
    const name = /(?:^|\| )(\w+)[^|]*$/.exec(before)?.[1] ?? "";
    return this.#calling(this.random.pick(functionsTaking(this.random.once(8) ? "" : name)), 1, true);
  }

  #calling(name: string, depth: number, isPiped: boolean): string {
    const { random } = this;
    const wanted = argumentsOf(name, random.below(4));
    if (random.once(40)) wanted.pop();
    else if (random.once(40)) wanted.push("any");
    if (isPiped) wanted.pop();
    return [name, ...wanted.map((type) => this.operand(type, depth + 1))].join(" ");
  }

  #special(depth: number): string {
    const { random } = this;
    const operand = (wanted: Wanted) => this.operand(wanted, depth + 1);
    switch (random.below(12)) {
      case 10:
      case 11:
        return this.#method();
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
        return `tpl ${literal(random, `<{{ ${this.#inTpl(depth)} }}>`)} ${random.pick([".", "$", operand("any")])}`;
      case 7:
        return `include ${literal(random, random.once(12) ? "none" : random.pick(this.templates))} ${operand("any")}`;
      case 8:
        return `call ${operand("any")}`;
      default:
        return this.#printf(depth);
    }
  }

  #printf(depth: number): string {
    const outer = this.#printing;
    this.#printing = true;
    const args = this.random.some(3, () => this.operand(this.random.pick(printed), depth + 1));
    this.#printing = outer;
    return `printf ${formatLiteral(this.random)} ${args.join(" ")}`;
  }

  /** Text given to `tpl` sees no variables of where it stands. */
  #inTpl(depth: number): string {
    const inner = new Expressions(this.random, this.templates);
    return inner.operand("any", Math.max(depth, 2)).replaceAll("`", "'");
  }

  #method(): string {
    const { random } = this;
    return random.pick([
      `.Files.Get ${textLiteral(random)}`,
      `.Files.Glob ${literal(random, random.pick(["*", "**", "d/*", "[", "{a,d/b}*"]))}`,
      ".Files.AsConfig",
      `.Capabilities.APIVersions.Has ${literal(random, random.pick(["v1", "apps/v1", "x"]))}`,
      `$.Files.Lines ${literal(random, "a.txt")}`,
      ".Values.AsMap",
      `.Values.PathValue ${keyLiteral(random)}`,
    ]);
  }

  #literal(wanted: Wanted, depth: number): string {
    const { random } = this;
    switch (wanted) {
      case "string":
        return textLiteral(random);
      case "key":
        return keyLiteral(random);
      case "format":
        return formatLiteral(random);
      case "int":
      case "int64":
      case "uint32":
        return integerLiteral(random);
      case "float64":
        return floatLiteral(random);
      case "bool":
        return random.pick(["true", "false"]);
      case "number":
        return random.pick([
          integerLiteral(random),
          integerLiteral(random),
          floatLiteral(random),
          '"12"',
          '"x"',
          "true",
          "nil",
          '"9223372036854775808"',
          "9223372036854775807",
        ]);
      case "url":
        return literal(random, random.pick(urls));
      case "layout":
        return literal(random, random.pick(layouts));
      case "pattern":
        return literal(random, random.pick(patterns));
      case "duration":
        return random.once(2) ? literal(random, random.pick(durations)) : this.#literal("number", depth);
      case "items":
        return random.pick([
          "(until 3)",
          '(splitList "," "b,a,c")',
          "$.Values.list",
          this.#literal("list", depth),
          this.#literal("list", depth),
        ]);
      case "map":
        return `(dict ${this.#entries(depth)})`;
      case "list":
        return random.once(4)
          ? random.pick(["(until 3)", '(splitList "," "b,a,c")', '(tuple 1 "a")', "(list)"])
          : `(list ${random.some(3, () => this.operand("any", depth + 1)).join(" ")})`;
      case "time":
        return random.pick([
          '(toDate "2006-01-02" "2024-02-29")',
          '(toDate "2006-01-02T15:04:05Z07:00" "2023-07-08T09:10:11.123456789+05:30")',
          '(mustToDate "2006-01-02 15:04" "0999-12-31 23:59")',
        ]);
      case "version":
        return `(semver ${literal(random, random.pick(["1.2.3", "v2", "1.0.0-rc.1+b"]))})`;
      case "certificate":
        return "nil";
      default:
        return this.#anyLiteral(depth);
    }
  }

  #moment(depth: number): string {
    return this.random.once(4)
      ? this.random.pick(["(int64 1700000000)", "0", "-5"])
      : this.#literal("time", depth);
  }

  #anyLiteral(depth: number): string {
    const { random } = this;
    if (random.once(10)) return "nil";
    return this.#literal(
      random.pick(["string", "string", "int", "float64", "bool", "map", "list", "list"] as const),
      depth,
    );
  }

  #entries(depth: number): string {
    return this.random
      .some(3, () => `${keyLiteral(this.random)} ${this.operand("any", depth + 1)}`)
      .join(" ");
  }

  #variable(): string {
    const name = this.random.pick(this.variables);
    return this.random.once(12) ? `${name}.${this.random.pick(fieldNames)}` : name;
  }

  #field(wanted: Wanted): string {
    const { random } = this;
    if (random.once(10) && !this.#printing)
      return random.pick([
        ".Release",
        ".Chart",
        ".Release.Name",
        ".Chart.Name",
        ".Values",
        "$.Values",
        ".zz",
        ".Files",
        ".Capabilities.KubeVersion.Minor",
      ]);
    const top = random.once(3) ? random.pick(topKeys) : (fieldsHolding[wanted] ?? random.pick(topKeys));
    const path = random.once(10) ? `${top}.${random.pick(fieldNames)}` : top;
    return `$.Values.${path}`;
  }
}

const fieldsHolding: Partial<Record<Wanted, (typeof topKeys)[number]>> = {
  string: "text",
  float64: "number",
  bool: "flag",
  number: "number",
  map: "map",
  list: "list",
};

const fieldNames = [...keys.filter((key) => /^[A-Za-z_]\w*$/.test(key)), "Values", "text", "map", "Name"];

/** What verbs print; of times they show what lies in memory. */
const printed: readonly Wanted[] = ["string", "int", "int64", "float64", "number", "bool", "map", "list"];

const allWanted: readonly Wanted[] = ["any", "string", "int", "float64", "bool", "map", "list", "key"];
