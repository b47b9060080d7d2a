import { type Capabilities, defaultCapabilities, parseKubeVersion } from "@catalyst/charts";
import type { Arguments, Option } from "../../cli/command.ts";

/** The options that say which cluster a chart is told it runs on. */
export const capabilityOptions = {
  "kube-version": { type: "string", value: "VERSION", help: "The Kubernetes version the chart is told" },
  "api-versions": {
    type: "string",
    short: "a",
    multiple: true,
    value: "API",
    help: "An API the chart is told of",
  },
} as const satisfies Record<string, Option>;

/** Puts together what the options say, over what helm assumes. Throws `chart-invalid` for a version that is none. */
export function capabilitiesOf(given: Arguments): Capabilities {
  const version = given.text("kube-version");
  const more = given.texts("api-versions").flatMap((text) => (text === "" ? [] : text.split(",")));
  return {
    kubeVersion:
      version === undefined || version === "" ? defaultCapabilities.kubeVersion : parseKubeVersion(version),
    apiVersions: [...defaultCapabilities.apiVersions, ...more],
  };
}
