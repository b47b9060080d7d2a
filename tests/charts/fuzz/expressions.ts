import { type ComposedKind, composedText } from "./composed.ts";
import { floatLiteral, formatLiteral, integerLiteral, keyLiteral, literal, textLiteral } from "./literals.ts";
import type { Random } from "./random.ts";
import { argumentsOf, functionsGiving, functionsTaking, type Wanted } from "./signatures.ts";
import { methodCall, specialCall } from "./special-calls.ts";
import { durations, keys, layouts, patterns, tomlTexts, urls, zones } from "./texts.ts";
import { topKeys } from "./values.ts";

/** How deep calls lie in one another. */
const deepest = 3;

/** Writes random expressions: most of them right, some with arguments of another kind or number than is wanted. */
export class Expressions {
  readonly random: Random;
  /** Variables that can be named here. */
  readonly variables: string[] = [];
  /** Whether what is written is printed by verbs, which show where in memory some values lie. */
  isPrinting = false;
  /** Templates that can be included. */
  readonly templates: readonly string[];
  /** Writes a whole template for `tpl`; its depth is that of the call. */
  readonly writeTemplate: (depth: number) => string;

  constructor(random: Random, templates: readonly string[], writeTemplate: (depth: number) => string) {
    this.random = random;
    this.templates = templates;
    this.writeTemplate = writeTemplate;
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
    if (kind === 4 && random.once(200)) return "$unknown";
    if (kind < 6) return this.#field(type);
    if (kind === 6 && random.once(8)) return methodCall(this, type, depth);
    return `(${this.#call(type, depth)})${random.once(60) ? `.${random.pick(fieldNames)}` : ""}`;
  }

  #call(wanted: Wanted, depth: number): string {
    const { random } = this;
    if (random.once(8)) return specialCall(this, depth);
    const name = random.pick(functionsGiving(wanted));
    // What it gives may hold times.
    if (name === "fromToml" && this.isPrinting) return "dict";
    return this.#calling(name, depth, false);
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

  #literal(wanted: Wanted, depth: number): string {
    const { random } = this;
    const kind = composedKinds[wanted];
    if (kind !== undefined && random.once(3)) return literal(random, composedText(random, kind));
    switch (wanted) {
      case "string":
      case "versionText":
      case "range":
      case "timeText":
      case "document":
        return textLiteral(random);
      case "zone":
        return literal(random, random.pick(zones));
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
        if (random.once(2)) return this.#literal("number", depth);
        return literal(random, random.once(2) ? random.pick(durations) : composedText(random, "duration"));
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
        if (random.once(3)) return this.#time(depth);
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

  /** A time read from a random text, which is the zero time where that is none. */
  #time(depth: number): string {
    const { random } = this;
    if (random.once(2)) return `(toDate ${this.#literal("layout", depth)} ${this.#literal("timeText", depth)})`;
    const written = random.pick([
      ["2006-01-02 15:04:05 -0700", "1969-12-31 23:59:59 -0330"],
      ["2006-01-02 MST", "2031-07-01 CEST"],
      ["02 Jan 06 15:04 Z07:00", "29 Feb 00 00:00 Z"],
      ["2006-01-02", "9999-12-31"],
      ["2006-01-02T15:04:05.999999999", "1883-11-18T12:03:58.5"],
    ] as const);
    return `(toDate ${written.map((text) => literal(random, text)).join(" ")})`;
  }

  #moment(depth: number): string {
    return this.random.once(4)
      ? this.random.pick(["(int64 1700000000)", "0", "-5", "1720000000", "-86400", "(int64 4102444800)"])
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
    if (random.once(10) && !this.isPrinting)
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

/** Texts of these kinds are put together now and then. */
const composedKinds: Partial<Record<Wanted, ComposedKind>> = {
  versionText: "version",
  range: "range",
  url: "url",
  pattern: "pattern",
  layout: "layout",
  timeText: "time",
  document: "document",
};

const fieldsHolding: Partial<Record<Wanted, (typeof topKeys)[number]>> = {
  string: "text",
  float64: "number",
  bool: "flag",
  number: "number",
  map: "map",
  list: "list",
};

const fieldNames = [...keys.filter((key) => /^[A-Za-z_]\w*$/.test(key)), "Values", "text", "map", "Name"];

const allWanted: readonly Wanted[] = ["any", "string", "int", "float64", "bool", "map", "list", "key"];
