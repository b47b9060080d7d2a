import { printYaml } from "@catalyst/base/yaml";
import { applicationPath, maskSecrets } from "@catalyst/blueprint/plan";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Caller } from "@catalyst/provisioning";
import type { ApiOptions } from "./options.ts";

export interface Manifests {
  /** The Application's document, as it stands in Git. */
  readonly document: string;
  /** What it is rendered to, as YAML documents; secret values masked. What isn't shown stands above, as comments. */
  readonly objects: string;
}

/** The document of an Application and what it becomes. */
export async function manifestsOf(
  options: ApiOptions,
  environment: string,
  application: string,
  caller: Caller,
): Promise<Manifests> {
  const snapshot = await options.provisioning.snapshot(environment);
  const { objects, warnings } = await options.provisioning.render(environment, application, caller);
  const masked = objects
    .map((object) => maskSecrets(undefined, object)[1])
    .filter((object): object is KubeObject => object !== undefined);
  return {
    document: snapshot.files.get(applicationPath(application)) ?? "",
    objects: [
      ...warnings.map((warning) => `# ${warning}\n`),
      masked.map((object) => printYaml(object)).join("---\n"),
    ].join(""),
  };
}
