/** Templates and values that Helm's engine and ours are both asked to render. */
export interface EngineCase {
  /** The template whose output counts. */
  readonly template: string;
  /** Further templates of the chart by their name below `templates/`. */
  readonly partials?: Readonly<Record<string, string>>;
  /** What `.Files` has. */
  readonly files?: Readonly<Record<string, string>>;
  /** `.Values`, as YAML or JSON. */
  readonly values?: string;
}

/** What came of a case: the output, the error's text, or nothing because a limit of ours was passed. */
export type Outcome = { readonly output: string } | { readonly error: string } | { readonly limit: string };

/** The name of a case's template in errors. */
export const templateName = "case.yaml";

/** Its path, by which the engine gives its output. */
export const templatePath = `case/templates/${templateName}`;
