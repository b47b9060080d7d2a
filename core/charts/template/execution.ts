import type { Budget } from "./budget.ts";
import { type AnyNode, locate, printNode } from "./nodes.ts";
import { quote } from "./quoting.ts";
import type { TemplateSet } from "./template-set.ts";
import type { Value } from "./values.ts";

/** An error of a running template; its message is Go's. A wrapped error is its `cause`. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

interface Variable {
  readonly name: string;
  value: Value;
  isElement: boolean;
}

/** One run of one template: its output, its variables and where it is. `E` is what functions reach. */
export class Execution<E = unknown> {
  readonly templates: TemplateSet;
  readonly environment: E;
  readonly budget: Budget;
  readonly templateName: string;
  readonly depth: number;
  out = "";
  /** What is being evaluated, for errors. */
  node: AnyNode | undefined;
  /** Whether dot is an element of a list or map, which errors call `interface {}` whatever is in it. */
  dotIsElement = false;
  readonly #variables: Variable[];

  constructor(
    templates: TemplateSet,
    templateName: string,
    data: Value,
    environment: E,
    budget: Budget,
    depth: number,
  ) {
    this.templates = templates;
    this.templateName = templateName;
    this.environment = environment;
    this.budget = budget;
    this.depth = depth;
    this.#variables = [{ name: "$", value: data, isElement: false }];
  }

  declare(name: string, value: Value, isElement = false): void {
    this.#variables.push({ name, value, isElement });
  }

  assign(name: string, value: Value, isElement = false): void {
    const variable = this.variable(name);
    variable.value = value;
    variable.isElement = isElement;
  }

  variable(name: string): Variable {
    for (let index = this.#variables.length - 1; index >= 0; index--) {
      const variable = this.#variables[index];
      if (variable?.name === name) return variable;
    }
    return this.fail(`undefined variable: ${name}`);
  }

  /** The variable declared `offset` places before the newest. */
  newest(offset: number): Variable | undefined {
    return this.#variables[this.#variables.length - 1 - offset];
  }

  /** How many variables there are, to give back to `release`. */
  mark(): number {
    return this.#variables.length;
  }

  release(mark: number): void {
    this.#variables.length = mark;
  }

  write(text: string): void {
    this.budget.write(text.length);
    this.out += text;
  }

  /** Throws the error Go would, naming template, place and expression. */
  fail(message: string, cause?: unknown): never {
    const options = cause === undefined ? undefined : { cause };
    if (this.node === undefined) {
      throw new TemplateError(`template: ${this.templateName}: ${message}`, options);
    }
    const where = `${locate(this.node)}: executing ${quote(this.templateName)} at <${printNode(this.node)}>`;
    throw new TemplateError(`template: ${where}: ${message}`, options);
  }
}
