import { type Static, Type } from "@sinclair/typebox";

/** Something wrong in what a person wrote: what, where, what to do. */
export const problemSchema = Type.Object({
  code: Type.String({ description: "Stable, kebab-case." }),
  message: Type.String({ description: "What is wrong." }),
  file: Type.Optional(Type.String()),
  line: Type.Optional(Type.Integer({ minimum: 1 })),
  field: Type.Optional(Type.String({ description: "spec.config.domain" })),
  hint: Type.Optional(Type.String({ description: "What to do." })),
});
export type Problem = Static<typeof problemSchema>;

/** Prints a problem on one line: `file:line: field: message. Hint.`. */
export function printProblem(problem: Problem): string {
  const where =
    problem.file === undefined
      ? ""
      : `${problem.file}${problem.line === undefined ? "" : `:${problem.line}`}: `;
  const field =
    problem.field === undefined || problem.message.includes(problem.field) ? "" : `${problem.field}: `;
  return `${where}${field}${problem.message}${problem.hint === undefined ? "" : `. ${problem.hint}`}`;
}
