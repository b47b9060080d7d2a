export {
  type LintMessage,
  type LintOptions,
  type LintSeverity,
  lintChart,
  printLintMessages,
} from "./lint.ts";
export { type PackedChart, type PackOptions, packageChart } from "./pack.ts";
