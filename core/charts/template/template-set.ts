import type { Budget } from "./budget.ts";
import { type CompiledTemplate, compileTemplate } from "./compile.ts";
import { Execution, TemplateError } from "./execution.ts";
import { locateLimit } from "./locate-limit.ts";
import { parseTemplate } from "./parser.ts";
import { quote } from "./quoting.ts";
import { roomForTemplates } from "./token-reader.ts";
import type { GoFunction, Value } from "./values.ts";

export type FunctionTable = ReadonlyMap<string, GoFunction>;

/** The name under which text handed to `tpl` runs: Helm's root template. */
export const rootName = "gotpl";

/** How many different texts handed to `tpl` stay compiled, and how many characters of them. */
const textCacheSize = 2000;
const textCacheLength = 4_000_000;

/** Texts handed to `tpl` lately, compiled. */
class CompiledTexts {
  readonly #compiled = new Map<string, CompiledTemplate[]>();
  #length = 0;

  get(key: string): CompiledTemplate[] | undefined {
    return this.#compiled.get(key);
  }

  keep(key: string, compiled: CompiledTemplate[]): void {
    this.#length += key.length;
    if (this.#compiled.size >= textCacheSize || this.#length > textCacheLength) {
      this.#compiled.clear();
      this.#length = key.length;
    }
    this.#compiled.set(key, compiled);
  }
}

/**
 * Templates that can call each other. A set made by `extend` sees those of its parent and may define more
 * without changing it; that is what `tpl` runs in.
 */
export class TemplateSet {
  readonly #functions: FunctionTable;
  readonly #parent: TemplateSet | undefined;
  readonly #templates = new Map<string, CompiledTemplate>();
  readonly #texts: CompiledTexts;
  /** What `tpl` is given is gone with the set it runs in. */
  readonly #room = roomForTemplates();

  constructor(functions: FunctionTable, parent?: TemplateSet) {
    this.#functions = functions;
    this.#parent = parent;
    this.#texts = parent === undefined ? new CompiledTexts() : parent.#texts;
  }

  extend(): TemplateSet {
    return new TemplateSet(this.#functions, this);
  }

  /**
   * Adds a text as the template `name`, with all it defines, and gives that template. A later definition of a
   * name wins unless it is blank. Throws GoError with the text of Go's parser, and `chart-limit`.
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
    try {
      template.run(execution, dot);
    } catch (error) {
      throw locateLimit(error, execution.node, rootName);
    }
    return execution.out;
  }

  #compile(name: string, text: string): CompiledTemplate[] {
    const key = `${name}\0${text}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const hasFunction = (word: string) => this.#functions.has(word);
    const compiled = parseTemplate({ name, text }, hasFunction, this.#room).map((template) =>
      compileTemplate(template, this.#functions),
    );
    this.#texts.keep(key, compiled);
    return compiled;
  }
}
