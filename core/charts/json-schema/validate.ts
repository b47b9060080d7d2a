import { isObject } from "@catalyst/base/json";
import { checkArray } from "./arrays.ts";
import { checkCombinations } from "./combinations.ts";
import { type SchemaDocument, SchemaInvalid, type SchemaNode } from "./document.ts";
import { checkObject } from "./objects.ts";
import { grouped, type Problem, problemAt, referred } from "./problems.ts";
import { checkReferences } from "./references.ts";
import { checkKind, checkNumber, checkText } from "./scalars.ts";

/** Schemas applied to values in one validation at most: a schema can multiply its own work (security case 8). */
const workLimit = 500_000;

/** What an entry of a list, a name of an object, or a schema on the way to another counts as. */
const listedWork = 1 / 100;

/** Characters that what is wrong may take in all: a long text of a schema can be said of every value (security case 8). */
const textLimit = 32 * 1024 * 1024;

/** How a schema came to be applied: for `$dynamicRef`, and to notice one that refers to itself without end. */
export interface Scope {
  readonly node: SchemaNode;
  /** Equal for schemas applied to the same value. */
  readonly value: number;
  /** The keyword that led here, where it was a reference. */
  readonly keyword: string | undefined;
  readonly parent: Scope | undefined;
}

/** What a schema says of a value. */
export interface Verdict {
  readonly problem: Problem | undefined;
  /** Properties or items that no keyword has looked at yet; undefined where nobody asks. */
  readonly unevaluated: Set<string> | undefined;
}

/** Checks a value against a document. Gives its problems as one; throws SchemaInvalid. */
export function validate(document: SchemaDocument, value: unknown): Problem | undefined {
  return new Validation(document).schema(document.root, value, "", undefined, false).problem;
}

/** One validation of one value. */
export class Validation {
  readonly document: SchemaDocument;
  #work = 0;
  #text = 0;
  #values = 0;

  constructor(document: SchemaDocument) {
    this.document = document;
  }

  /** Applies a schema to a value below the one `parent` is of. */
  inside(node: SchemaNode, value: unknown, path: string, parent: Scope): Problem | undefined {
    const scope: Scope = { node, value: ++this.#values, keyword: undefined, parent };
    return this.#apply(scope, value, path, false).problem;
  }

  /** Applies a schema to the value `parent` is of. `isAsked` says whether the caller wants to know what it evaluates. */
  schema(
    node: SchemaNode,
    value: unknown,
    path: string,
    parent: Scope | undefined,
    isAsked: boolean,
    keyword?: string,
  ): Verdict {
    return this.#apply({ node, value: parent?.value ?? 0, keyword, parent }, value, path, isAsked);
  }

  /**
   * Counts work: schemas applied and what costs as much, and the entries of lists, names of objects and schemas on the
   * way to this one that are gone through. Throws SchemaInvalid when it is too much.
   */
  spend(work: number, listed = 0): void {
    this.#work += work + listed * listedWork;
    if (this.#work > workLimit) throw new SchemaInvalid("it takes too long to check");
  }

  #apply(scope: Scope, value: unknown, path: string, isAsked: boolean): Verdict {
    this.spend(1);
    const { value: schema } = scope.node;
    if (schema === false) return this.#failed(problemAt(path, "false schema"));
    if (!isObject(schema) || Object.keys(schema).length === 0) {
      return { problem: undefined, unevaluated: this.#unevaluated({}, value, isAsked) };
    }
    const cycle = this.#cycleOf(scope);
    if (cycle !== undefined) return this.#failed(problemAt(path, describeCycle(scope, cycle)));
    this.spend(0, lengthOf(schema["enum"]) + lengthOf(schema["required"]));
    const { draft } = this.document;
    const unevaluated = this.#unevaluated(schema, value, isAsked);
    const application: Application = { validation: this, scope, schema, value, path, unevaluated };
    if (draft < 2019 && typeof schema["$ref"] === "string") {
      // All that stands beside it is ignored.
      return { problem: this.reference(application, "$ref", schema["$ref"]), unevaluated };
    }
    const kind = checkKind(schema, value, this.document);
    if (kind !== undefined) return this.#failed(problemAt(path, kind));
    const problems = [...this.#ownProblems(application), ...checkCombinations(application)];
    if (draft >= 2019) problems.push(...this.#unevaluatedProblems(application));
    for (const problem of problems) this.#count(problem);
    return { problem: grouped(path, problems), unevaluated };
  }

  /** The same schema, applied to the same value before on the way here. */
  #cycleOf({ node, value, parent }: Scope): Scope | undefined {
    let steps = 0;
    let scope = parent;
    while (scope !== undefined && scope.value === value && scope.node !== node) {
      scope = scope.parent;
      steps++;
    }
    this.spend(0, steps);
    return scope?.value === value ? scope : undefined;
  }

  #failed(problem: Problem): Verdict {
    this.#count(problem);
    return { problem, unevaluated: undefined };
  }

  #count({ path, text }: Problem): void {
    this.#text += path.length + text.length;
    if (this.#text > textLimit) throw new SchemaInvalid("it finds too much to tell");
  }

  #ownProblems(application: Application): Problem[] {
    const { schema, value, path } = application;
    const problems: Problem[] = [];
    if (typeof schema["$ref"] === "string") {
      const problem = this.reference(application, "$ref", schema["$ref"]);
      if (problem !== undefined) problems.push(problem);
    }
    if (typeof value === "string")
      problems.push(...checkText(schema, value).map((text) => problemAt(path, text)));
    else if (typeof value === "number") {
      problems.push(...checkNumber(schema, value).map((text) => problemAt(path, text)));
    } else if (Array.isArray(value)) problems.push(...checkArray(application, value));
    else if (isObject(value)) problems.push(...checkObject(application, value));
    if (this.document.draft >= 2019) problems.push(...checkReferences(application));
    return problems;
  }

  /** Applies the schema a reference leads to. */
  reference(application: Application, keyword: string, reference: string): Problem | undefined {
    return this.referred(application, keyword, this.document.resolve(application.scope.node, reference));
  }

  referred(application: Application, keyword: string, target: SchemaNode): Problem | undefined {
    const problem = this.same(application, target, keyword);
    return problem === undefined ? undefined : referred(application.path, problem);
  }

  /** Applies another schema to the same value; what it evaluates counts, unless it finds a problem. */
  same(
    { scope, value, path, unevaluated }: Application,
    node: SchemaNode,
    keyword?: string,
  ): Problem | undefined {
    const isAsked = unevaluated !== undefined && unevaluated.size > 0;
    const verdict = this.schema(node, value, path, scope, isAsked, keyword);
    if (verdict.problem === undefined && isAsked) {
      for (const name of unevaluated) if (!verdict.unevaluated?.has(name)) unevaluated.delete(name);
    }
    return verdict.problem;
  }

  /** What of a value must still be looked at, where somebody wants to know. */
  #unevaluated(schema: Record<string, unknown>, value: unknown, isAsked: boolean): Set<string> | undefined {
    const { draft } = this.document;
    if (draft < 2019) return undefined;
    if (isObject(value)) {
      const isWanted = isAsked || "unevaluatedProperties" in schema;
      return isWanted && !("additionalProperties" in schema) ? new Set(Object.keys(value)) : undefined;
    }
    if (!Array.isArray(value) || !(isAsked || "unevaluatedItems" in schema)) return undefined;
    const { items, prefixItems, additionalItems } = schema;
    const list = draft >= 2020 ? prefixItems : items;
    // Before draft 2020 the items behind a list have a schema of their own, which means nothing without the list.
    const rest = draft >= 2020 || !Array.isArray(items) ? items : additionalItems;
    const takesAll = rest !== undefined;
    const start = Array.isArray(list) ? list.length : 0;
    return takesAll ? undefined : new Set([...value.keys()].slice(start).map(String));
  }

  #unevaluatedProblems({ scope, value, path, unevaluated }: Application): Problem[] {
    const keyword = Array.isArray(value) ? "unevaluatedItems" : "unevaluatedProperties";
    const node = this.document.child(scope.node, keyword);
    if (node === undefined || unevaluated === undefined) return [];
    const problems = [...unevaluated].map((name) =>
      this.inside(node, (value as Record<string, unknown>)[name], `${path}/${name}`, scope),
    );
    unevaluated.clear();
    return problems.filter((problem) => problem !== undefined);
  }
}

/** A schema being applied to a value. */
export interface Application {
  readonly validation: Validation;
  readonly scope: Scope;
  readonly schema: Record<string, unknown>;
  readonly value: unknown;
  readonly path: string;
  readonly unevaluated: Set<string> | undefined;
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function describeCycle(scope: Scope, before: Scope): string {
  const url = JSON.stringify(`file:///values.schema.json#${scope.node.pointer}`);
  return `both ${keywordPath(scope)} and ${keywordPath(before)} resolve to ${url} causing reference cycle`;
}

/** The keywords that led to a schema. */
function keywordPath({ node, keyword, parent }: Scope): string {
  if (parent === undefined) return "";
  const step = keyword === undefined ? node.pointer.slice(parent.node.pointer.length) : `/${keyword}`;
  return keywordPath(parent) + step;
}
