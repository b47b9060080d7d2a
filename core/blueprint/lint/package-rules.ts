import { isPlaceable } from "@catalyst/model/blueprint";
import { chartFolder, missingCharts } from "../folder/folder.ts";
import { inManifest } from "./manifest-rules.ts";
import type { Rule } from "./rule.ts";

/** Says in Chart.yaml that a chart was written here and has none inside. */
const noUpstream = "catalyst.openova.io/no-upstream";

const umbrella: Rule = {
  code: "umbrella-hollow",
  severity: "error",
  summary: "Every chart that Chart.yaml declares is inside, or the chart says that it has none.",
  check: (subject) => {
    const { chart } = subject;
    const file = `${chartFolder}/Chart.yaml`;
    if ((chart.dependencies ?? []).length === 0) {
      if (chart.annotations?.[noUpstream] === "true") return [];
      const hint = `Declare the chart it wraps, or set the annotation ${noUpstream}: "true".`;
      return [{ message: "the chart wraps no other chart", file, field: "dependencies", hint }];
    }
    return missingCharts(subject).map((name) => ({
      message: `the chart ${name} is declared and not inside`,
      file,
      field: "dependencies",
      hint: "Run catalyst chart dependency build.",
    }));
  },
};

const readme: Rule = {
  code: "readme-missing",
  severity: "error",
  summary: "README.md says what it is, what it needs and how to operate it.",
  check: ({ files }) =>
    isWritten(files.get("README.md")) ? [] : [{ message: "README.md is missing", file: "README.md" }],
};

const card: Rule = {
  code: "card-incomplete",
  severity: "error",
  summary: "The card has an icon, a description, a tagline, a category and a licence.",
  check: (subject) => {
    const { card: fields } = subject.manifest.spec;
    const missing = (["tagline", "category", "license"] as const)
      .filter((field) => fields[field] === undefined)
      .map((field) => inManifest(subject, ["spec", "card", field], `the card has no ${field}`));
    const paths = [`card/${fields.icon ?? "icon.svg"}`, "card/description.md"];
    const pictures = (fields.screenshots ?? []).map((name) => `card/${name}`);
    const absent = [...paths, ...pictures]
      .filter((path) => !isWritten(subject.files.get(path)))
      .map((path) => ({ message: `${path} is missing`, file: path }));
    return [...missing, ...absent];
  },
};

const icon: Rule = {
  code: "icon-unsafe",
  severity: "error",
  summary: "SVG pictures hold no script and refer to nothing outside.",
  check: ({ files }) =>
    [...files]
      .filter(([path]) => path.startsWith("card/") && path.endsWith(".svg"))
      .filter(([, bytes]) => isUnsafeSvg(new TextDecoder().decode(bytes)))
      .map(([path]) => ({ message: "the picture holds script or refers to something outside", file: path })),
};

const tests: Rule = {
  code: "tests-missing",
  severity: "warning",
  summary: "tests/install.yaml and tests/upgrade.yaml say what must become true.",
  check: ({ files, manifest }) => {
    // They install an Application.
    if (!isPlaceable(manifest.spec)) return [];
    return ["tests/install.yaml", "tests/upgrade.yaml"]
      .filter((path) => !isWritten(files.get(path)))
      .map((path) => ({ message: `${path} is missing`, file: path }));
  },
};

/** Rules about the files beside the manifest. */
export const packageRules: readonly Rule[] = [umbrella, readme, card, icon, tests];

function isWritten(bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && new TextDecoder().decode(bytes).trim() !== "";
}

function isUnsafeSvg(text: string): boolean {
  const outside = [...text.matchAll(/(?:href|src)\s*=\s*["']?\s*([^"'\s>]*)/gi)].some(
    ([, target]) => !target?.startsWith("#"),
  );
  return outside || /<script|<foreignObject|<!ENTITY|\son[a-z]+\s*=|url\(\s*["']?(?!#)/i.test(text);
}
