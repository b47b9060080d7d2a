import type { EngineCase } from "../engine/case.ts";
import { Expressions } from "./expressions.ts";
import { literal } from "./literals.ts";
import { Random } from "./random.ts";
import { texts } from "./texts.ts";
import { randomValues } from "./values.ts";

/** Templates every case has, for `include` and `template`. */
const partials = {
  "_helpers.tpl": [
    '{{- define "show" }}[{{ . }}]{{ end -}}',
    '{{ define "field" }}{{ .a }}|{{ .a.b }}{{ end }}',
    '{{ define "outer" -}}\n  {{ include "show" . | indent 2 }}\n{{- end }}',
    '{{ define "blank" }}  \n {{- end }}',
  ].join("\n"),
};
const names = ["show", "show", "field", "outer", "outer", "blank"];
const files = { "a.txt": "one\ntwo\n", "d/b.yaml": "x: 1\n", "d/c.bin": "é\u0000" };

/** Makes the case of a seed's number: the same one every time. */
export function randomCase(seed: number, number: number): EngineCase {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  return { template: new Statements(random).template(), partials, files, values: randomValues(random) };
}

/** Writes random statements. */
class Statements {
  readonly #random: Random;
  readonly #expressions: Expressions;
  #loops = 0;
  #variables = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#expressions = new Expressions(random, names);
  }

  template(): string {
    const random = this.#random;
    // Most cases are one expression, since an error ends a case.
    const parts = random.once(3) ? random.some(4, () => this.#statement(2)) : [this.#action()];
    if (random.once(20)) parts.push(this.#definition());
    const text = parts.join("");
    return random.once(60) ? this.#broken(text) : text;
  }

  #statement(depth: number): string {
    const random = this.#random;
    switch (random.below(depth > 0 ? 12 : 4)) {
      case 0:
        return this.#text();
      case 1:
      case 2:
        return this.#action();
      case 3:
        return this.#assignment();
      case 4:
      case 5:
        return this.#block("if", this.#expressions.pipeline(random.once(2) ? "bool" : "any"), depth);
      case 6:
      case 7:
        return this.#block("with", this.#expressions.pipeline("any"), depth);
      case 8:
      case 9:
      case 10:
        return this.#range(depth);
      default:
        return `{{ template ${literal(random, random.once(12) ? "local" : random.pick(names))} ${this.#expressions.pipeline()} }}`;
    }
  }

  #text(): string {
    return this.#random.pick([
      "x",
      "\n",
      "  y\n  ",
      "{",
      "} }",
      "é: ",
      "{{/* c */}}",
      "\n{{- /* c */ -}}\n",
      ...texts.slice(0, 9),
    ]);
  }

  #action(): string {
    return this.#delimited(this.#expressions.pipeline());
  }

  #delimited(text: string): string {
    const random = this.#random;
    return `{{${random.once(5) ? "- " : random.pick(["", " "])}${text}${random.once(5) ? " -" : random.pick(["", " "])}}}`;
  }

  #assignment(): string {
    const { variables } = this.#expressions;
    if (variables.length > 0 && this.#random.once(2)) {
      return this.#delimited(`${this.#random.pick(variables)} = ${this.#expressions.pipeline()}`);
    }
    const value = this.#expressions.pipeline();
    return this.#delimited(`${this.#declare()} := ${value}`);
  }

  #declare(): string {
    const name = `$v${this.#variables++ % 5}`;
    this.#expressions.variables.push(name);
    return name;
  }

  #scoped<T>(write: () => T): T {
    const { variables } = this.#expressions;
    const count = variables.length;
    const result = write();
    variables.length = count;
    return result;
  }

  #body(depth: number): string {
    return this.#scoped(() => this.#random.some(3, () => this.#statement(depth - 1)).join(""));
  }

  #block(word: "if" | "with", pipeline: string, depth: number): string {
    return this.#scoped(() => {
      const head = this.#random.once(4) ? `${word} ${this.#declare()} := ${pipeline}` : `${word} ${pipeline}`;
      return (
        this.#delimited(head) + this.#body(depth) + this.#otherwise(word, depth) + this.#delimited("end")
      );
    });
  }

  #otherwise(word: "if" | "with", depth: number): string {
    if (this.#random.once(2)) return "";
    const chained = this.#random.once(4);
    const head = chained ? `else ${word} ${this.#expressions.pipeline()}` : "else";
    return this.#delimited(head) + this.#body(depth);
  }

  #range(depth: number): string {
    const random = this.#random;
    return this.#scoped(() => {
      const over = random.once(5)
        ? random.pick(["3", "$.Values", "(until 2)", "5.0", "nil"])
        : this.#expressions.operand(random.pick(["list", "map", "any"]), 1);
      const declared = random.pick([0, 0, 1, 2]);
      const named = Array.from({ length: declared }, () => this.#declare()).join(", ");
      const head = this.#delimited(`range ${named === "" ? "" : `${named} := `}${over}`);
      this.#loops++;
      const jump = random.once(4)
        ? `{{ if ${this.#expressions.operand("bool", 2)} }}{{ ${random.pick(["break", "continue"])} }}{{ end }}`
        : "";
      const body = this.#delimited(random.pick([".", "."])) + jump + this.#body(depth);
      this.#loops--;
      const otherwise = random.once(3) ? `{{ else }}${this.#body(depth)}` : "";
      return head + body + otherwise + this.#delimited("end");
    });
  }

  #definition(): string {
    const inner = new Expressions(this.#random, names);
    const word = this.#random.pick(["define", "block"]);
    const head = word === "define" ? 'define "local"' : 'block "local" .';
    return `{{ ${head} }}(${`{{ ${inner.pipeline()} }}`}){{ end }}`;
  }

  /** Damages a template: something is lost, doubled or put in. */
  #broken(text: string): string {
    const random = this.#random;
    const at = random.below(text.length + 1);
    switch (random.below(3)) {
      case 0:
        return text.slice(0, at) + text.slice(at + 1 + random.below(3));
      case 1:
        return text.slice(0, at) + text.slice(Math.max(at - 3, 0));
      default:
        return (
          text.slice(0, at) +
          random.pick([
            "{{",
            "}}",
            "(",
            ")",
            "|",
            "$",
            ".",
            "-",
            "{{-",
            "-}}",
            "/*",
            '"',
            "`",
            "'",
            "@",
            ":",
            "=",
            ",",
            "é",
            "{{end}}",
            "{{else}}",
            "{{break}}",
            "$x",
            "$v0.a",
            " 1",
            "\n",
          ]) +
          text.slice(at)
        );
    }
  }
}
