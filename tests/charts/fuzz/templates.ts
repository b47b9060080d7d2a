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
const names = ["show", "show", "field", "outer", "outer", "blank", "local"];
const files = { "a.txt": "one\ntwo\n", "d/b.yaml": "x: 1\n", "d/c.bin": "é\u0000" };

/** Makes the case of a seed's number: the same one every time. */
export function randomCase(seed: number, number: number): EngineCase {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  return { template: new Statements(random).template(), partials, files, values: randomValues(random) };
}

/** What loops go over beside what expressions give. */
const rangedOver = [
  "3",
  "0",
  "-1",
  "(int64 2)",
  "$.Values",
  "$.Values.map",
  "$.Values.text",
  "(until 2)",
  "(dict)",
  "(dict `b` 1 `a` 2)",
  "5.0",
  "nil",
  "true",
  "`aé`",
  "$.Chart",
  "$.Files",
  "$.Release.Name",
  "(urlParse `http://h`)",
  "(split `,` `a,b`)",
];

function expressionsOf(random: Random): Expressions {
  return new Expressions(random, names, (depth) => new Statements(random).inTpl(depth));
}

/** Writes random statements. */
class Statements {
  readonly #random: Random;
  readonly #expressions: Expressions;
  #loops = 0;
  #variables = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#expressions = expressionsOf(random);
  }

  /** What `tpl` is given: it sees no variables of where it stands. */
  inTpl(depth: number): string {
    const random = this.#random;
    if (random.once(4)) return random.some(3, () => this.#statement(1)).join("");
    return `<{{ ${this.#expressions.operand("any", depth)} }}>`;
  }

  template(): string {
    const random = this.#random;
    // Most cases are one expression, since an error ends a case.
    const parts = random.once(3) ? random.some(4, () => this.#statement(2)) : [this.#action()];
    while (random.once(12)) parts.splice(random.below(parts.length + 1), 0, this.#definition());
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
        if (random.once(this.#loops > 0 ? 3 : 100)) return this.#jump();
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

  #jump(): string {
    return this.#delimited(this.#random.pick(["break", "continue"]));
  }

  #text(): string {
    return this.#random.pick([
      "x",
      "\n",
      "  y\n  ",
      "{",
      "} }",
      "é: ",
      "}}",
      " \r\n\t",
      "{{`{{`}}",
      '{{"}}"}}',
      "{{- /* c\n */}}",
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
      const head = `${word} ${this.#naming()}${pipeline}`;
      return (
        this.#delimited(head) + this.#body(depth) + this.#otherwise(word, depth) + this.#delimited("end")
      );
    });
  }

  /** A variable that is declared or set where a block begins; most of the time none. */
  #naming(): string {
    const { variables } = this.#expressions;
    if (!this.#random.once(4)) return "";
    if (variables.length > 0 && this.#random.once(4)) return `${this.#random.pick(variables)} = `;
    return `${this.#declare()} := `;
  }

  #otherwise(word: "if" | "with", depth: number): string {
    const random = this.#random;
    if (random.once(2)) return "";
    if (!random.once(4)) return this.#delimited("else") + this.#body(depth);
    // One of the other kind is an error, as is one after the last.
    const next = random.once(12) ? random.pick(["if", "with", "range"]) : word;
    const head = this.#delimited(`else ${next} ${this.#naming()}${this.#expressions.pipeline()}`);
    return head + this.#body(depth) + this.#otherwise(word, depth);
  }

  #range(depth: number): string {
    const random = this.#random;
    return this.#scoped(() => {
      const over = random.once(5)
        ? random.pick(rangedOver)
        : this.#expressions.operand(random.pick(["list", "map", "any"]), 1);
      const declared = random.once(40) ? 3 : random.pick([0, 0, 1, 2]);
      const { variables } = this.#expressions;
      const sets = variables.length > 0 && random.once(6);
      const name = () => (sets ? random.pick(variables) : this.#declare());
      const named = Array.from({ length: declared }, name).join(", ");
      const head = this.#delimited(`range ${named === "" ? "" : `${named} ${sets ? "=" : ":="} `}${over}`);
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
    const random = this.#random;
    const name = random.once(4) ? random.pick(names) : "local";
    const head = random.once(2) ? `define "${name}"` : `block "${name}" ${random.pick([".", "$", "nil"])}`;
    return `{{ ${head} }}(${new Statements(random).inTpl(2)}){{ end }}`;
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
