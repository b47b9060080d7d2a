import { chartFunctions, functionGroups } from "../../core/charts/functions/index.ts";
import { goTypes } from "../../core/charts/template/go-types.ts";
import type { GoFunction } from "../../core/charts/template/values.ts";
import type { Outcome } from "../../tests/charts/engine/case.ts";
import { functionExamples, recordedAnswers } from "../../tests/charts/engine/recorded.ts";
import { code, madeBy, table } from "./markdown.ts";

/** Prints what templates of charts may call, with examples and what Helm's engine makes of them. */
export function functionsPage(): string {
  const answers = recordedAnswers("functions");
  const examples = Map.groupBy(functionExamples(), ({ name }) => name);
  const sections = functionGroups.flatMap(({ title, functions }) => {
    // Go's own slice is hidden by that for lists.
    const own = functions.filter(([name, target]) => chartFunctions.get(name) === target);
    const rows = own.flatMap(([name, target]) =>
      (examples.get(name) ?? []).map(({ expression }, index) => [
        index === 0 ? code(name) : "",
        index === 0 ? code(argumentsOf(target)) : "",
        literally(expression),
        resultOf(answers[`${name}: ${expression}`]),
      ]),
    );
    return [`## ${title}`, table(["function", "arguments", "example", "gives"], rows)];
  });
  return `${["# Functions of templates", madeBy, introduction, ...sections].join("\n\n")}\n`;
}

const introduction =
  "What the templates of a chart may call: the functions of Go's `text/template`, of sprig and of Helm, with the results " +
  "that Helm's own engine gives. Rendering reaches no clock, no network, no environment and no file outside the chart: " +
  "`now` and what is drawn by chance follow, in a plan, from its seed, and `lookup` from what was fetched before.";

function argumentsOf({ parameters, variadic }: GoFunction): string {
  // A template's own value, nil apart from what is absent, may be of any type too.
  const name = (type: GoFunction["parameters"][number]) =>
    type === "value" || type === "any" ? "any" : goTypes[type].replaceAll("interface {}", "any");
  const fixed = parameters.map(name);
  return [...fixed, ...(variadic === undefined ? [] : [`${name(variadic)}...`])].join(" ");
}

function resultOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return "";
  if ("output" in outcome) return literally(shown(outcome.output));
  const message = "error" in outcome ? outcome.error : outcome.limit;
  // Where it happened is the same for all of them.
  return `an error: ${literally(shown(message.replace(/^.*?(?:at <.*?>:|\(case\/\S+\):)\s*/s, "")))}`;
}

/** Code that may have backquotes in it. */
function literally(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : code(text);
}

function shown(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted === `"${text}"` && text.trim() === text && text !== "" ? text : quoted;
}
