import type { Problem } from "@catalyst/model/problem";
import type { FieldProblemsByPath } from "../form/schema-form.tsx";

/** The problems of one Application's config, by the field's path below `config`. */
export function configProblems(application: string, problems: readonly Problem[]): FieldProblemsByPath {
  const byPath = new Map<string, string[]>();
  for (const { field, file, message, hint } of problems) {
    const elsewhere = file !== undefined && !file.startsWith(`applications/${application}/`);
    if (elsewhere || field?.startsWith("spec.config.") !== true) continue;
    const path = field.slice("spec.config.".length);
    const text = message.startsWith(`${field} `) ? message.slice(field.length + 1) : message;
    const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}${hint === undefined ? "" : `. ${hint}`}`;
    byPath.set(path, [...(byPath.get(path) ?? []), sentence]);
  }
  return byPath;
}
