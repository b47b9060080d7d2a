import { spend } from "./budget.ts";
import { formatValue, print } from "./format.ts";
import { type Flags, noFlags } from "./format-flags.ts";
import { typeName } from "./types.ts";
import { Integer, type Value } from "./values.ts";

/** Widths and precisions past this are refused, as Go does. */
const numberLimit = 1_000_000;

/** Prints as Go's fmt.Sprintf, the %!verb complaints included. */
export function sprintf(format: string, values: readonly Value[]): string {
  const printer = new Printer(format, values);
  return printer.run();
}

class Printer {
  readonly #format: string;
  readonly #values: readonly Value[];
  #at = 0;
  #argument = 0;
  #reordered = false;
  #goodNumber = true;
  #afterIndex = false;
  #text = "";

  constructor(format: string, values: readonly Value[]) {
    this.#format = format;
    this.#values = values;
  }

  run(): string {
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf("%", this.#at);
      if (percent < 0) {
        this.#text += this.#format.slice(this.#at);
        break;
      }
      this.#text += this.#format.slice(this.#at, percent);
      this.#at = percent + 1;
      if (!this.#verb()) break;
    }
    return this.#text + this.#extra();
  }

  /** Prints one verb; false when the format ended before it. */
  #verb(): boolean {
    this.#goodNumber = true;
    this.#afterIndex = false;
    const flags = this.#flags();
    this.#index();
    this.#width(flags);
    this.#precision(flags);
    if (!this.#afterIndex) this.#index();
    const verb = String.fromCodePoint(this.#format.codePointAt(this.#at) ?? 0);
    if (this.#at >= this.#format.length) {
      this.#text += "%!(NOVERB)";
      return false;
    }
    this.#at += verb.length;
    if (verb === "%") this.#text += "%";
    else if (!this.#goodNumber) this.#text += `%!${verb}(BADINDEX)`;
    else if (this.#argument >= this.#values.length) this.#text += `%!${verb}(MISSING)`;
    else this.#print(verb, flags);
    return true;
  }

  #print(verb: string, flags: Flags): void {
    spend(Math.max(flags.width ?? 0, flags.precision ?? 0));
    const text = print(this.#values[this.#argument++], verb, goSyntax(flags, verb), 0);
    spend(text.length);
    this.#text += text;
  }

  #flags(): Flags {
    const flags = { ...noFlags };
    for (; ; this.#at++) {
      const character = this.#format[this.#at];
      if (character === "#") flags.sharp = true;
      else if (character === "0") flags.zero = true;
      else if (character === "+") flags.plus = true;
      else if (character === "-") flags.minus = true;
      else if (character === " ") flags.space = true;
      else return flags;
    }
  }

  #index(): void {
    if (this.#format[this.#at] !== "[") return;
    this.#reordered = true;
    const close = this.#format.indexOf("]", this.#at);
    const inner = close < 0 ? undefined : this.#format.slice(this.#at + 1, close);
    this.#at = close < 0 ? this.#at + 1 : close + 1;
    const number = inner !== undefined && /^\d{1,6}$/.test(inner) ? Number(inner) : 0;
    this.#afterIndex = number > 0;
    if (number >= 1 && number <= this.#values.length) this.#argument = number - 1;
    else this.#goodNumber = false;
  }

  #width(flags: Flags): void {
    if (this.#format[this.#at] === "*") {
      this.#at++;
      const width = this.#integerArgument();
      if (width === undefined) this.#text += "%!(BADWIDTH)";
      else {
        flags.width = Math.abs(width);
        if (width < 0) flags.minus = true;
        if (width < 0) flags.zero = false;
      }
      this.#afterIndex = false;
      return;
    }
    flags.width = this.#number();
    if (this.#afterIndex && flags.width !== undefined) this.#goodNumber = false;
  }

  #precision(flags: Flags): void {
    if (this.#format[this.#at] !== "." || this.#at + 1 >= this.#format.length) return;
    this.#at++;
    if (this.#afterIndex) this.#goodNumber = false;
    this.#index();
    if (this.#format[this.#at] === "*") {
      this.#at++;
      // One below zero is none.
      const precision = this.#integerArgument();
      if (precision === undefined || precision < 0) this.#text += "%!(BADPREC)";
      else flags.precision = precision;
      this.#afterIndex = false;
      return;
    }
    flags.precision = this.#number() ?? 0;
  }

  #number(): number | undefined {
    const digits = /^\d*/.exec(this.#format.slice(this.#at, this.#at + 20))?.[0] ?? "";
    let number = 0;
    for (const digit of digits) {
      if (number > numberLimit) {
        // Go gives up on the rest of the format.
        this.#at = this.#format.length;
        return undefined;
      }
      number = number * 10 + Number(digit);
    }
    this.#at += digits.length;
    return digits === "" ? undefined : number;
  }

  #integerArgument(): number | undefined {
    const value = this.#values[this.#argument];
    if (this.#argument < this.#values.length) this.#argument++;
    if (!(value instanceof Integer)) return undefined;
    const number = Number(value.value);
    return Math.abs(number) > numberLimit ? undefined : number;
  }

  #extra(): string {
    if (this.#reordered || this.#argument >= this.#values.length) return "";
    const rest = this.#values.slice(this.#argument).map((value) => describe(value));
    return `%!(EXTRA ${rest.join(", ")})`;
  }
}

function goSyntax(flags: Flags, verb: string): Flags {
  if (verb !== "v" && verb !== "w") return flags;
  return { ...flags, sharpV: flags.sharp, sharp: false, plusV: flags.plus, plus: false };
}

/** `type=value`, as complaints name an operand. */
function describe(value: Value): string {
  return value === null || value === undefined ? "<nil>" : `${typeName(value)}=${formatValue(value)}`;
}
