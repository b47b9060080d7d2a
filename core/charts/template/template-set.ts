import type { Budget } from "./budget.ts";
import { type CompiledTemplate, compileTemplate } from "./compile.ts";
import { Execution, TemplateError } from "./execution.ts";
import { parseTemplate } from "./parser.ts";
import { quote } from "./quoting.ts";
import type { GoFunction, Value } from "./values.ts";

export type FunctionTable = ReadonlyMap<string, GoFunction>;

/** The name under which text handed to `tpl` runs: Helm's root template. */
export const rootName = "gotpl";

/** How many different texts handed to `tpl` stay compiled. */
const textCacheSize = 2000;

/**
 * Templates that can call each other. A set made by `extend` sees those of its parent and may define more
 * without changing it; that is what `tpl` runs in.
 */
export class TemplateSet {
  readonly #functions: FunctionTable;
  readonly #parent: TemplateSet | undefined;
  readonly #templates = new Map<string, CompiledTemplate>();
  readonly #texts: Map<string, CompiledTemplate[]>;

  constructor(functions: FunctionTable, parent?: TemplateSet) {
    this.#functions = functions;
    this.#parent = parent;
    this.#texts = parent === undefined ? new Map() : parent.#texts;
  }

  extend(): TemplateSet {
    return new TemplateSet(this.#functions, this);
  }

  /**
   * Adds a text as the template `name`, with all it defines, and gives that template. A later definition of a
   * name wins unless it is blank. Throws GoError with the text of Go's parser.
   */
  parse(name: string, text: string): CompiledTemplate {
    const templates = this.#compile(name, text);
    for (const template of templates) {
      if (template.isEmpty && this.lookup(template.name) !== undefined) continue;
      this.#templates.set(template.name, template);
    }
    return templates.find((template) => template.name === name) as CompiledTemplate;
  }

  lookup(name: string): CompiledTemplate | undefined {
    return this.#templates.get(name) ?? this.#parent?.lookup(name);
  }

  /** Runs the template of that name and gives what it wrote. Throws as `run`, or Error when there is none. */
  execute<E>(name: string, data: Value, environment: E, budget: Budget, depth = 0): string {
    const template = this.lookup(name);
    if (template === undefined) {
      throw new TemplateError(
        `template: no template ${quote(name)} associated with template ${quote(rootName)}`,
      );
    }
    return this.run(template, data, environment, budget, depth);
  }

  /** Runs a template and gives what it wrote. Throws TemplateError, or `chart-limit`. */
  run<E>(template: CompiledTemplate, data: Value, environment: E, budget: Budget, depth = 0): string {
    budget.step();
    budget.enter(depth);
    const dot = data ?? undefined;
    const execution = new Execution(this, template.name, dot, environment, budget, depth);
    template.run(execution, dot);
    return execution.out;
  }

  #compile(name: string, text: string): CompiledTemplate[] {
    const key = `${name}\0${text}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const hasFunction = (word: string) => this.#functions.has(word);
    const compiled = parseTemplate({ name, text }, hasFunction).map((template) =>
      compileTemplate(template, this.#functions),
    );
    if (this.#texts.size >= textCacheSize) this.#texts.clear();
    this.#texts.set(key, compiled);
    return compiled;
  }
}
