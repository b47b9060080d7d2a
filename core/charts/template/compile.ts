import { callFunction, type Evaluate, MISSING, notAFunction, validate } from "./call.ts";
import type { Execution } from "./execution.ts";
import { evaluateField } from "./fields.ts";
import { sprint } from "./format.ts";
import { idealNumber, literalArgument, nilArgument } from "./literals.ts";
import type {
  BranchNode,
  ChainNode,
  CommandNode,
  FieldNode,
  Operand,
  PipeNode,
  VariableNode,
} from "./nodes.ts";
import { isEmptyTree, type ListNode, type Node, type TemplateNode } from "./nodes.ts";
import type { ParsedTemplate } from "./parser.ts";
import { quote } from "./quoting.ts";
import { compileRange } from "./range.ts";
import type { FunctionTable } from "./template-set.ts";
import { isTrue, typeName } from "./types.ts";
import { type GoFunction, GoObject, type ParameterType, TypedMap, type Value } from "./values.ts";

/** How a list of nodes ended: normally, or by break or continue. */
export type Signal = "break" | "continue" | undefined;
export type Walk = (execution: Execution, dot: Value) => Signal;

export interface CompiledTemplate {
  readonly name: string;
  /** Whether it holds only white space. */
  readonly isEmpty: boolean;
  readonly run: Walk;
}

/** The text an action writes. */
function printResult(value: Value): string {
  if (value === undefined) return "<no value>";
  if (!(value instanceof GoObject)) return sprint([value]);
  // What a pointer points to is printed, not the pointer.
  return value.printAddressed() ?? value.print() ?? sprint([value]).replace(/^&/, "");
}

/** Whether what a value holds may be of any type, so that errors don't tell which it is. */
function holdsAny(value: Value): boolean {
  return value instanceof Map && (!(value instanceof TypedMap) || value.isGeneric);
}

/** Turns a parsed template into closures, once; they hold no state of a run. */
export function compileTemplate(template: ParsedTemplate, functions: FunctionTable): CompiledTemplate {
  const compiler = new Compiler(functions);
  return { name: template.name, isEmpty: isEmptyTree(template.root), run: compiler.list(template.root) };
}

/**
 * Compiles nodes to closures. One file past the usual length: statements and operands compile each other.
 */
export class Compiler {
  readonly #functions: FunctionTable;

  constructor(functions: FunctionTable) {
    this.#functions = functions;
  }

  list(list: ListNode): Walk {
    const walks = list.nodes.map((node) => this.node(node));
    const [only] = walks;
    if (walks.length === 1 && only !== undefined) return only;
    return (execution, dot) => {
      for (const walk of walks) {
        const signal = walk(execution, dot);
        if (signal !== undefined) return signal;
      }
      return undefined;
    };
  }

  node(node: Node): Walk {
    switch (node.type) {
      case "text": {
        const { text } = node;
        return (execution) => void execution.write(text);
      }
      case "action": {
        const evaluate = this.pipe(node.pipe);
        const prints = node.pipe.declarations.length === 0;
        return (execution, dot) => {
          execution.node = node;
          const value = evaluate(execution, dot);
          if (prints) execution.write(printResult(value));
          return undefined;
        };
      }
      case "break":
      case "continue": {
        const signal = node.type;
        return () => signal;
      }
      case "template":
        return this.#template(node);
      case "range":
        return compileRange(this, node);
      default:
        return this.#condition(node);
    }
  }

  #condition(node: BranchNode): Walk {
    const evaluate = this.pipe(node.pipe);
    const list = this.list(node.list);
    const otherwise = node.elseList === undefined ? undefined : this.list(node.elseList);
    const setsDot = node.type === "with";
    return (execution, dot) => {
      const mark = execution.mark();
      execution.node = node;
      const value = evaluate(execution, dot);
      let signal: Signal;
      if (!isTrue(value)) signal = otherwise?.(execution, dot);
      else if (!setsDot) signal = list(execution, dot);
      else {
        const wasElement = execution.dotIsElement;
        execution.dotIsElement = false;
        signal = list(execution, value);
        execution.dotIsElement = wasElement;
      }
      execution.release(mark);
      return signal;
    };
  }

  #template(node: TemplateNode): Walk {
    const evaluate = node.pipe === undefined ? undefined : this.pipe(node.pipe);
    return (execution, dot) => {
      execution.node = node;
      if (execution.templates.lookup(node.name) === undefined) {
        execution.fail(`template ${quote(node.name)} not defined`);
      }
      const data = evaluate?.(execution, dot);
      const { environment, budget, depth } = execution;
      execution.out += execution.templates.execute(node.name, data, environment, budget, depth + 1);
      return undefined;
    };
  }

  pipe(pipe: PipeNode): Evaluate {
    const commands = pipe.commands.map((command) => this.#command(command));
    const names = pipe.declarations.map((variable) => variable.path[0] ?? "");
    const { isAssign } = pipe;
    return (execution, dot) => {
      execution.node = pipe;
      let value: Value | typeof MISSING = MISSING;
      // The value at the end of a stage has lost its interface: nil becomes absent.
      for (const command of commands) value = command(execution, dot, value) ?? undefined;
      const result = value === MISSING ? undefined : value;
      for (const name of names) {
        if (isAssign) execution.assign(name, result);
        else execution.declare(name, result);
      }
      return result;
    };
  }

  #command(command: CommandNode): (execution: Execution, dot: Value, final: Value | typeof MISSING) => Value {
    const [first, ...args] = command.args;
    if (first === undefined) return () => undefined;
    switch (first.type) {
      case "field":
        return this.#fieldChain(first, args);
      case "variable":
        return this.#variable(first, args);
      case "chain":
        return this.#chain(first, args);
      case "identifier": {
        const call = this.#function(first.name, args);
        return (execution, dot, final) => {
          execution.node = first;
          return call(execution, dot, final, command);
        };
      }
      case "pipe": {
        const evaluate = this.pipe(first);
        return (execution, dot, final) => {
          notAFunction(execution, first, args.length, final);
          return evaluate(execution, dot);
        };
      }
    }
    const evaluate = this.#literal(first);
    return (execution, dot, final) => {
      execution.node = first;
      notAFunction(execution, first, args.length, final);
      return evaluate(execution, dot);
    };
  }

  #function(name: string, args: readonly Operand[]) {
    const target = this.#functions.get(name);
    const evaluate = target === undefined ? [] : this.args(target, args);
    return (
      execution: Execution,
      dot: Value,
      final: Value | typeof MISSING,
      node: CommandNode | Operand,
    ): Value => {
      if (target === undefined) return execution.fail(`${quote(name)} is not a defined function`);
      return callFunction(execution, dot, target, node, name, args.length, evaluate, final);
    };
  }

  /** Compiles the arguments of a call, each for the type of its parameter. */
  args(target: GoFunction, args: readonly Operand[]): Evaluate[] {
    return args.map((arg, index) => this.arg(arg, target.parameters[index] ?? target.variadic ?? "any"));
  }

  /** Compiles an operand in a place where a value of `type` is wanted. */
  arg(node: Operand, type: ParameterType): Evaluate {
    switch (node.type) {
      case "bool":
      case "number":
      case "string":
        return literalArgument(node, type);
      case "nil":
        return nilArgument(node, type);
    }
    const evaluate = this.#operand(node);
    return (execution, dot) => {
      execution.node = node;
      return validate(execution, evaluate(execution, dot), type);
    };
  }

  #operand(node: Operand): Evaluate {
    switch (node.type) {
      case "pipe":
        return this.pipe(node);
      case "field": {
        const chain = this.#fieldChain(node, []);
        return (execution, dot) => chain(execution, dot, MISSING);
      }
      case "variable": {
        const chain = this.#variable(node, []);
        return (execution, dot) => chain(execution, dot, MISSING);
      }
      case "chain": {
        const chain = this.#chain(node, []);
        return (execution, dot) => chain(execution, dot, MISSING);
      }
      case "identifier": {
        const call = this.#function(node.name, []);
        return (execution, dot) => {
          execution.node = node;
          return call(execution, dot, MISSING, node);
        };
      }
      default:
        return this.#literal(node);
    }
  }

  #literal(node: Operand): Evaluate {
    switch (node.type) {
      case "bool": {
        const { value } = node;
        return () => value;
      }
      case "string": {
        const { text } = node;
        return () => text;
      }
      case "number":
        return idealNumber(node);
      case "nil":
        return (execution) => execution.fail("nil is not a command");
      default:
        return (_execution, dot) => dot;
    }
  }

  #fieldChain(node: FieldNode, args: readonly Operand[]) {
    return (execution: Execution, dot: Value, final: Value | typeof MISSING): Value => {
      execution.node = node;
      return this.#walkFields(execution, dot, dot, execution.dotIsElement, node, node.path, args, final);
    };
  }

  #variable(node: VariableNode, args: readonly Operand[]) {
    const [name = "$", ...path] = node.path;
    return (execution: Execution, dot: Value, final: Value | typeof MISSING): Value => {
      execution.node = node;
      const { value, isElement } = execution.variable(name);
      if (path.length === 0) {
        notAFunction(execution, node, args.length, final);
        return value;
      }
      return this.#walkFields(execution, dot, value, isElement, node, path, args, final);
    };
  }

  #chain(node: ChainNode, args: readonly Operand[]) {
    const evaluate = this.#operand(node.node);
    return (execution: Execution, dot: Value, final: Value | typeof MISSING): Value => {
      execution.node = node;
      if (node.node.type === "nil") execution.fail("indirection through explicit nil in nil");
      const receiver = evaluate(execution, dot);
      return this.#walkFields(execution, dot, receiver, false, node, node.path, args, final);
    };
  }

  #walkFields(
    execution: Execution,
    dot: Value,
    receiver: Value,
    isElement: boolean,
    node: FieldNode | VariableNode | ChainNode,
    path: readonly string[],
    args: readonly Operand[],
    final: Value | typeof MISSING,
  ): Value {
    let value = receiver;
    let type = isElement ? "interface {}" : typeName(value);
    const last = path.length - 1;
    for (let index = 0; index < last; index++) {
      const holder = value;
      value = evaluateField(this, execution, dot, holder, type, path[index] ?? "", node, [], MISSING);
      type = holdsAny(holder) ? "interface {}" : typeName(value);
    }
    return evaluateField(this, execution, dot, value, type, path[last] ?? "", node, args, final);
  }
}
