import { type Evaluate, validate } from "./call.ts";
import { goTypes } from "./go-types.ts";
import type { NumberNode, Operand } from "./nodes.ts";
import { Integer, int, type ParameterType, type Value } from "./values.ts";

/** A number where nothing says which type is wanted: its form decides. */
export function idealNumber(node: NumberNode): Evaluate {
  const { text } = node;
  const { float, integer } = node.value;
  const isHex = /^0[xX]/.test(text) && !/[pP]/.test(text);
  if (float !== undefined && !isHex && !text.startsWith("'") && /[.eEpP]/.test(text))
    return constant(node, float);
  if (integer === undefined) {
    return (execution) => {
      execution.node = node;
      return execution.fail(`${text} overflows int`);
    };
  }
  return constant(node, int(integer));
}

/** Compiles a literal in a place where a value of `type` is wanted; one that doesn't fit fails when it is run. */
export function literalArgument(
  node: Operand & { type: "bool" | "number" | "string" },
  type: ParameterType,
): Evaluate {
  const found = (expected: string): Evaluate => {
    const shown =
      node.type === "string" ? node.quoted : node.type === "number" ? node.text : String(node.value);
    return (execution) => {
      execution.node = node;
      return execution.fail(
        expected.includes("%s")
          ? expected.replace("%s", () => shown)
          : `expected ${expected}; found ${shown}`,
      );
    };
  };
  switch (type) {
    case "any":
    case "value":
      if (node.type === "number") return idealNumber(node);
      return constant(node, node.type === "string" ? node.text : node.value);
    case "string":
      return node.type === "string" ? constant(node, node.text) : found("string");
    case "bool":
      return node.type === "bool" ? constant(node, node.value) : found("bool");
    case "int":
    case "exactInt":
    case "int64": {
      const integer = node.type === "number" ? node.value.integer : undefined;
      if (integer === undefined) return found("integer");
      return constant(node, (type === "int" ? Number(integer) : integer) as Value);
    }
    case "timeDuration": {
      const integer = node.type === "number" ? node.value.integer : undefined;
      return integer === undefined ? found("integer") : constant(node, new Integer(integer, goTypes[type]));
    }
    case "uint32": {
      const unsigned = node.type === "number" ? node.value.unsigned : undefined;
      return unsigned === undefined ? found("unsigned integer") : constant(node, Number(unsigned));
    }
    case "float64": {
      const float = node.type === "number" ? node.value.float : undefined;
      return float === undefined ? found("float") : constant(node, float);
    }
    default:
      return found(`can't handle %s for arg of type ${goTypes[type]}`);
  }
}

function constant(node: Operand, value: Value): Evaluate {
  return (execution) => {
    execution.node = node;
    return value;
  };
}

/** Compiles `nil` in a place where a value of `type` is wanted. */
export function nilArgument(node: Operand, type: ParameterType): Evaluate {
  switch (type) {
    case "any":
      return constant(node, null);
    case "value":
      return constant(node, undefined);
    case "map":
    case "list":
    case "version":
      return (execution) => {
        execution.node = node;
        return validate(execution, undefined, type);
      };
    default:
      return (execution) => {
        execution.node = node;
        return execution.fail(`cannot assign nil to ${goTypes[type]}`);
      };
  }
}
