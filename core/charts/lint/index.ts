export { type LintOptions, lintChart } from "./lint.ts";
export { type LintMessage, type LintSeverity, printLintMessages } from "./messages.ts";
