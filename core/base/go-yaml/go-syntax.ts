import { quote } from "../go-quote.ts";
import { expandsTooMuch } from "../yaml-limits.ts";
import type { MappingNode, Node, ScalarNode, TooLarge } from "./nodes.ts";
import { isMergeKey, scalarOf, tagOf } from "./scalar-value.ts";

const mapType = "map[interface {}]interface {}";

/** Most characters printed: aliases say the same text over and over (security case 9). */
const lengthLimit = 1024 * 1024;

/**
 * Prints a node as Go's `%#v` prints what go-yaml reads it as. `isOuter` prints a nil at the top as `%v` does. The node
 * mustn't contain itself, and its keys are scalars. Throws `tooLarge` where it is past a MiB.
 */
export function goSyntax(node: Node, tooLarge: TooLarge, isOuter = false): string {
  return new SyntaxPrinter(tooLarge).print(node, isOuter);
}

/** A scalar in Go's syntax, with what it is sorted by as a key. */
interface Printed {
  readonly text: string;
  readonly type: (typeof keyTypes)[number];
  readonly value: unknown;
}

/** Types in the order of their keys: that of Go's own tables of types in Helm's program. */
const keyTypes = ["nil", "string", "uint64", "int", "float64", "bool"] as const;

interface Entry {
  readonly key: Printed;
  readonly text: string;
}

class SyntaxPrinter {
  readonly #tooLarge: TooLarge;
  #left = lengthLimit;

  constructor(tooLarge: TooLarge) {
    this.#tooLarge = tooLarge;
  }

  print(node: Node, isOuter = false): string {
    this.#spend(1);
    switch (node.kind) {
      case "alias":
        return this.print(node.target, isOuter);
      case "sequence":
        return `[]interface {}{${node.items.map((item) => this.print(item)).join(", ")}}`;
      case "mapping": {
        const entries = [...this.#fill(new Map(), node).values()].sort(byKey);
        return `${mapType}{${entries.map(({ key, text }) => `${key.text}:${text}`).join(", ")}}`;
      }
      case "scalar": {
        const { type, text } = this.#scalar(node);
        return type === "nil" && isOuter ? "<nil>" : text;
      }
    }
  }

  /** What is merged counts where its key stands: what comes after it wins. */
  #fill(target: Map<unknown, Entry>, { entries }: MappingNode): Map<unknown, Entry> {
    for (const [key, value] of entries) {
      if (isMergeKey(key)) this.#merge(target, value);
      else {
        const printed = this.#key(key);
        target.set(identityOf(printed), { key: printed, text: this.print(value) });
      }
    }
    return target;
  }

  #merge(target: Map<unknown, Entry>, value: Node): void {
    this.#spend(1);
    const source = value.kind === "alias" ? value.target : value;
    if (source.kind === "mapping") this.#fill(target, source);
    else if (source.kind === "sequence")
      for (const item of source.items.toReversed()) this.#merge(target, item);
  }

  #key(key: Node): Printed {
    const source = key.kind === "alias" ? key.target : key;
    if (source.kind === "scalar") return this.#scalar(source);
    const text = this.print(source);
    return { text, type: "nil", value: text };
  }

  #scalar(node: ScalarNode): Printed {
    this.#spend(node.text.length + 1);
    return printedScalar(node);
  }

  #spend(length: number): void {
    this.#left -= length;
    if (this.#left < 0) throw this.#tooLarge(expandsTooMuch);
  }
}

/** No NaN is the same as another. */
function identityOf({ type, value, text }: Printed): unknown {
  return typeof value === "number" && Number.isNaN(value) ? Symbol() : `${type} ${text}`;
}

function byKey({ key: a }: Entry, { key: b }: Entry): number {
  if (a.type !== b.type) return keyTypes.indexOf(a.type) - keyTypes.indexOf(b.type);
  const [left, right] = [a.value as number, b.value as number];
  if (a.type === "float64" && (Number.isNaN(left) || Number.isNaN(right)))
    return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
  return left < right ? -1 : left > right ? 1 : 0;
}

function printedScalar(node: ScalarNode): Printed {
  const value = scalarOf(node);
  if (value === null) return { text: "interface {}(nil)", type: "nil", value };
  if (typeof value === "string") return { text: quote(value), type: "string", value };
  if (typeof value === "boolean") return { text: String(value), type: "bool", value };
  const isInteger = tagOf(value, node.text) === "int" && !node.tag.endsWith(":float");
  if (!isInteger) return { text: floatSyntax(Number(value)), type: "float64", value: Number(value) };
  if (BigInt(value) < 2n ** 63n) return { text: String(value), type: "int", value };
  return { text: `0x${value.toString(16)}`, type: "uint64", value };
}

/** Prints a number as Go's `%#v`: with an exponent from six digits before the point on. */
function floatSyntax(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  if (Number(exponent) < -4 || Number(exponent) >= 6)
    return `${mantissa}e${exponent.replace(/^([-+])(\d)$/, (_, sign, digit) => `${sign}0${digit}`)}`;
  return Object.is(value, -0) ? "-0" : String(value);
}
