import { quote } from "../go-quote.ts";
import { resolveScalar, type YamlScalar } from "../yaml-scalars.ts";
import type { Node, ScalarNode } from "./nodes.ts";

const mapType = "map[interface {}]interface {}";

/** Prints a node as Go's `%#v` prints what go-yaml reads it as. `isOuter` prints a nil at the top as `%v` does. */
export function goSyntax(node: Node, isOuter = false): string {
  switch (node.kind) {
    case "alias":
      return goSyntax(node.target, isOuter);
    case "sequence":
      return `[]interface {}{${node.items.map((item) => goSyntax(item)).join(", ")}}`;
    case "mapping": {
      const entries = node.entries.map(([key, value]) => `${goSyntax(key)}:${goSyntax(value)}`);
      return `${mapType}{${entries.sort().join(", ")}}`;
    }
    case "scalar":
      return scalarSyntax(node, isOuter);
  }
}

function scalarSyntax({ tag, text, isImplicit }: ScalarNode, isOuter: boolean): string {
  const value: YamlScalar = tag === "" && isImplicit ? resolveScalar(text) : text;
  if (value === null) return isOuter ? "<nil>" : "interface {}(nil)";
  return typeof value === "string" ? quote(value) : String(value);
}
