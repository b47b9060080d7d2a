import { quote } from "../go-quote.ts";
import { expandsTooMuch } from "../yaml-limits.ts";
import { resolveScalar, type YamlScalar } from "../yaml-scalars.ts";
import type { Node, ScalarNode, TooLarge } from "./nodes.ts";

const mapType = "map[interface {}]interface {}";

/** Most characters printed: aliases say the same text over and over (security case 9). */
const lengthLimit = 1024 * 1024;

/**
 * Prints a node as Go's `%#v` prints what go-yaml reads it as. `isOuter` prints a nil at the top as `%v` does. The node
 * mustn't contain itself. Throws `tooLarge` where it is past a MiB.
 */
export function goSyntax(node: Node, tooLarge: TooLarge, isOuter = false): string {
  let left = lengthLimit;
  const print = (one: Node, outer = false): string => {
    switch (one.kind) {
      case "alias":
        return print(one.target, outer);
      case "sequence":
        return `[]interface {}{${one.items.map((item) => print(item)).join(", ")}}`;
      case "mapping": {
        const entries = one.entries.map(([key, value]) => `${print(key)}:${print(value)}`);
        return `${mapType}{${entries.sort().join(", ")}}`;
      }
      case "scalar":
        left -= one.text.length + 1;
        if (left < 0) throw tooLarge(expandsTooMuch);
        return scalarSyntax(one, outer);
    }
  };
  return print(node, isOuter);
}

function scalarSyntax({ tag, text, isImplicit }: ScalarNode, isOuter: boolean): string {
  const value: YamlScalar = tag === "" && isImplicit ? resolveScalar(text) : text;
  if (value === null) return isOuter ? "<nil>" : "interface {}(nil)";
  return typeof value === "string" ? quote(value) : String(value);
}
