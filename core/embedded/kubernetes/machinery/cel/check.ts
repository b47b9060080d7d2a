import type { Environment } from "./environment.ts";
import type {
  CallNode,
  ExpressionNode,
  FoldNode,
  OptionalNode,
  SelectNode,
  StructNode,
} from "./expression.ts";
import type { Issue } from "./issue.ts";
import type { Overload } from "./overload.ts";
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  dynType,
  errorType,
  formatType,
  intType,
  listType,
  mapType,
  nullType,
  objectType,
  optionalType,
  paramType,
  sameType,
  stringType,
  typeOfType,
  uintType,
  unwrapOptional,
} from "./type.ts";
import { mostGeneral, type Substitutions, substitute, unify } from "./unify.ts";

/**
 * Infers the types of an expression and what its calls mean, writing them into its nodes; gives what is wrong
 * with it, in cel-go's words.
 */
export function check(environment: Environment, node: ExpressionNode): readonly Issue[] {
  const checker = new Checker(environment);
  checker.check(node);
  checker.settle();
  return checker.issues;
}

interface Scope {
  readonly name: string;
  readonly type: CelType;
}

class Checker {
  readonly issues: Issue[] = [];
  readonly #environment: Environment;
  readonly #nodes = new Set<ExpressionNode>();
  readonly #scopes: Scope[] = [];
  #substitutions: Substitutions = new Map();
  #free = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  check(node: ExpressionNode): CelType {
    // A macro may use a part twice, and that part be such a macro: it means the same, so it is checked once.
    if (this.#nodes.has(node)) return node.type;
    this.#nodes.add(node);
    node.type = this.#typeOf(node);
    return node.type;
  }

  /** Replaces what was inferred later; what stayed open is dyn. */
  settle(): void {
    for (const node of this.#nodes) node.type = substitute(this.#substitutions, node.type, true);
  }

  #typeOf(node: ExpressionNode): CelType {
    switch (node.kind) {
      case "literal":
        return literalType(node.value);
      case "name": {
        const type = this.#lookUp(node.name);
        if (type !== undefined) return type;
        const named = this.#environment.typeNamed(node.name);
        if (named !== undefined) {
          node.typeName = named.name;
          return typeOfType(named);
        }
        return this.#undeclared(node.at, node.name);
      }
      case "select":
        return this.#checkSelect(node);
      case "call":
        return this.#checkCall(node);
      case "optional":
        return this.#checkOptional(node);
      case "list": {
        let item: CelType | undefined;
        for (const part of node.items) item = this.#join(part, item, this.check(part));
        return listType(item ?? this.#freeType());
      }
      case "map": {
        let key: CelType | undefined;
        let value: CelType | undefined;
        for (const [keyNode, valueNode] of node.entries) {
          key = this.#join(keyNode, key, this.check(keyNode));
          value = this.#join(valueNode, value, this.check(valueNode));
        }
        return mapType(key ?? this.#freeType(), value ?? this.#freeType());
      }
      case "struct":
        return this.#checkStruct(node);
      case "fold":
        return this.#checkFold(node);
    }
  }

  #checkOptional({ value }: OptionalNode): CelType {
    const type = this.check(value);
    const held = unwrapOptional(type);
    if (held === undefined && type.kind !== "dyn") this.#mismatch(value.at, optionalType(type), type);
    return held ?? type;
  }

  #checkStruct(node: StructNode): CelType {
    const fieldOf = this.#environment.struct(node.name);
    if (fieldOf === undefined) {
      for (const { value } of node.fields) this.check(value);
      return this.#undeclared(node.at, node.name);
    }
    for (const { at, name, value } of node.fields) {
      const found = this.check(value);
      const wanted = fieldOf(name);
      if (wanted === undefined) this.#refuse(at, `undefined field '${name}'`);
      else if (!this.#assign(wanted, found)) {
        const types = [wanted, found].map((type) => formatType(substitute(this.#substitutions, type)));
        const why = `expected type of field '${name}' is '${types[0]}' but provided type is '${types[1]}'`;
        this.#refuse(at, why);
      }
    }
    return objectType(node.name);
  }

  #checkSelect(node: SelectNode): CelType {
    const qualified = node.testOnly ? undefined : qualifiedName(node);
    const variable = qualified === undefined ? undefined : this.#environment.variable(qualified);
    if (variable !== undefined && !this.#isLocal(rootOf(node))) {
      Object.assign(node, { kind: "name", name: qualified });
      return variable;
    }
    const named = qualified === undefined ? undefined : this.#environment.typeNamed(qualified);
    if (named !== undefined && this.#lookUp(rootOf(node)) === undefined) {
      Object.assign(node, { kind: "name", name: qualified, typeName: named.name });
      return typeOfType(named);
    }
    const type = this.#fieldType(node.at, node.operand, node.field, false);
    return node.testOnly ? boolType : type;
  }

  #fieldType(at: number, operand: ExpressionNode, field: string, optional: boolean): CelType {
    const operandType = substitute(this.#substitutions, this.check(operand));
    const held = unwrapOptional(operandType);
    const type = this.#selected(at, held ?? operandType, field);
    const found = held !== undefined || optional ? optionalType(type) : type;
    return substitute(this.#substitutions, found);
  }

  #selected(at: number, type: CelType, field: string): CelType {
    switch (type.kind) {
      case "map":
        return type.params[1]!;
      case "struct": {
        const found = type.fields?.get(field);
        if (found !== undefined) return found.type;
        return this.#refuse(at, `undefined field '${field}'`);
      }
      case "param":
        this.#assign(dynType, type);
        return dynType;
      case "dyn":
      case "error":
        return dynType;
      default:
        this.#refuse(at, `type '${formatType(type)}' does not support field selection`);
        return dynType;
    }
  }

  #checkCall(node: CallNode): CelType {
    if (node.name === "_?._") {
      const [operand, field] = node.args as [ExpressionNode, ExpressionNode & { value: string }];
      this.check(field);
      node.overloads = this.#environment.functions(node.name) ?? [];
      return this.#fieldType(node.at, operand, field.value, true);
    }
    const args = node.args.map((arg) => this.check(arg));
    if (node.target !== undefined) {
      const prefix = qualifiedName(node.target);
      const namespaced = prefix === undefined ? undefined : `${prefix}.${node.name}`;
      if (namespaced !== undefined && this.#environment.functions(namespaced) !== undefined) {
        node.name = namespaced;
        delete node.target;
      }
    }
    const given = node.target === undefined ? args : [this.check(node.target), ...args];
    const overloads = this.#environment.functions(node.name);
    if (overloads === undefined) return this.#undeclared(node.at, node.name);
    return this.#resolve(node, overloads, given);
  }

  #resolve(node: CallNode, overloads: readonly Overload[], given: readonly CelType[]): CelType {
    if (node.name === "_&&_" || node.name === "_||_") return this.#checkLogic(node, overloads, given);
    const isMember = node.target !== undefined;
    const fitting: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of overloads) {
      if (overload.member !== isMember) continue;
      const [returned, ...params] = this.#instantiate([overload.result, ...overload.params]);
      const found = unify(this.#substitutions, given, params);
      if (found === undefined) continue;
      this.#substitutions = found;
      fitting.push(overload);
      const type = substitute(this.#substitutions, returned!);
      if (result === undefined) result = type;
      else if (result.kind !== "dyn" && !sameType(type, result)) result = dynType;
    }
    node.overloads = fitting;
    if (result !== undefined) return result;
    const types = given.map((type) => formatType(substitute(this.#substitutions, type, true)));
    const [first, ...rest] = types;
    const signature = isMember ? `${first}.(${rest.join(", ")})` : `(${types.join(", ")})`;
    return this.#refuse(node.at, `found no matching overload for '${node.name}' applied to '${signature}'`);
  }

  #checkLogic(node: CallNode, overloads: readonly Overload[], given: readonly CelType[]): CelType {
    let isWrong = false;
    given.forEach((type, index) => {
      if (this.#assign(type, boolType)) return;
      isWrong = true;
      const found = formatType(substitute(this.#substitutions, type));
      this.#refuse(node.args[index]!.at, `expected type 'bool' but found '${found}'`);
    });
    node.overloads = overloads;
    return isWrong ? errorType : boolType;
  }

  /** Gives an overload's type parameters names nobody else uses. */
  #instantiate(types: readonly CelType[]): readonly CelType[] {
    const fresh: Substitutions = new Map();
    const rename = (type: CelType): CelType => {
      if (type.kind === "param") {
        const known = fresh.get(type.name) ?? this.#freeType();
        fresh.set(type.name, known);
        return known;
      }
      return type.params.length === 0 ? type : { ...type, params: type.params.map(rename) };
    };
    return types.map(rename);
  }

  #checkFold(node: FoldNode): CelType {
    const range = substitute(this.#substitutions, this.check(node.range));
    const accumulated = this.check(node.initial);
    const depth = this.#scopes.length;
    this.#scopes.push({ name: node.accumulator, type: accumulated });
    const [first, second] = this.#iterated(node, range);
    this.#scopes.push({ name: node.variable, type: node.secondVariable === undefined ? first : second.key });
    if (node.secondVariable !== undefined)
      this.#scopes.push({ name: node.secondVariable, type: second.value });
    this.#expect(node.condition, boolType);
    this.#expect(node.step, accumulated);
    this.#scopes.length = depth + 1;
    const result = this.check(node.result);
    this.#scopes.length = depth;
    return substitute(this.#substitutions, result);
  }

  /** The types of a loop's variables: of one, and of key and value. */
  #iterated(node: FoldNode, range: CelType): [CelType, { readonly key: CelType; readonly value: CelType }] {
    switch (range.kind) {
      case "list":
        return [range.params[0]!, { key: intType, value: range.params[0]! }];
      case "map":
        return [range.params[0]!, { key: range.params[0]!, value: range.params[1]! }];
      case "dyn":
      case "error":
      case "param":
        this.#assign(dynType, range);
        return [dynType, { key: dynType, value: dynType }];
      default:
        this.#refuse(
          node.range.at,
          `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
        return [errorType, { key: errorType, value: errorType }];
    }
  }

  #expect(node: ExpressionNode, wanted: CelType): void {
    const found = this.check(node);
    if (!this.#assign(wanted, found)) this.#mismatch(node.at, wanted, found);
  }

  #join(node: ExpressionNode, before: CelType | undefined, type: CelType): CelType {
    if (before === undefined) return type;
    if (this.#assign(before, type)) return mostGeneral(before, type);
    return this.#mismatch(node.at, before, type);
  }

  #mismatch(at: number, wanted: CelType, found: CelType): CelType {
    const shown = [wanted, found].map((type) => formatType(substitute(this.#substitutions, type)));
    return this.#refuse(at, `expected type '${shown[0]}' but found '${shown[1]}'`);
  }

  #assign(a: CelType, b: CelType): boolean {
    const found = unify(this.#substitutions, [a], [b]);
    if (found !== undefined) this.#substitutions = found;
    return found !== undefined;
  }

  #isLocal(name: string): boolean {
    return this.#scopes.some((scope) => scope.name === name);
  }

  #lookUp(name: string): CelType | undefined {
    for (let index = this.#scopes.length - 1; index >= 0; index--) {
      if (this.#scopes[index]!.name === name) return this.#scopes[index]!.type;
    }
    return this.#environment.variable(name);
  }

  #freeType(): CelType {
    return paramType(`_var${this.#free++}`);
  }

  #undeclared(at: number, name: string): CelType {
    return this.#refuse(at, `undeclared reference to '${name}' (in container '')`);
  }

  #refuse(at: number, message: string): CelType {
    this.issues.push({ at, message });
    return errorType;
  }
}

function literalType(value: unknown): CelType {
  if (typeof value === "boolean") return boolType;
  if (typeof value === "bigint") return intType;
  if (typeof value === "number") return doubleType;
  if (typeof value === "string") return stringType;
  if (value === null) return nullType;
  return value instanceof Uint8Array ? bytesType : uintType;
}

/** `a.b.c` as one name, for names of types and of functions in a namespace. */
function qualifiedName(node: ExpressionNode): string | undefined {
  if (node.kind === "name") return node.name;
  if (node.kind !== "select" || node.testOnly) return undefined;
  const prefix = qualifiedName(node.operand);
  return prefix === undefined ? undefined : `${prefix}.${node.field}`;
}

function rootOf(node: ExpressionNode): string {
  return node.kind === "select" ? rootOf(node.operand) : node.kind === "name" ? node.name : "";
}
