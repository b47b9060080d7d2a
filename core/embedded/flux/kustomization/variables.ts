import { CatalystError } from "@catalyst/base/errors";
import type { Kustomization } from "@catalyst/ports/flux";
import { type ClusterClient, configMaps, secrets } from "@catalyst/ports/kubernetes";

/**
 * Gathers the variables of `spec.postBuild`: those of ConfigMaps and Secrets in order, then the inline ones over
 * them. Undefined: nothing is to be replaced. Throws `substitute-missing` naming the reference.
 */
export async function loadVariables(
  client: ClusterClient,
  object: Kustomization,
): Promise<Readonly<Record<string, string>> | undefined> {
  const { postBuild } = object.spec;
  if (postBuild === undefined) return undefined;
  const variables: Record<string, string> = {};
  const { namespace } = object.metadata;
  for (const { kind, name, optional = false } of postBuild.substituteFrom ?? []) {
    const found = await client.find(kind === "Secret" ? secrets : configMaps, { namespace, name });
    if (found === undefined && !optional) {
      const message = `substitute from '${kind}/${name}' error: ${kind.toLowerCase()}s "${name}" not found`;
      throw new CatalystError("substitute-missing", message);
    }
    for (const [key, value] of Object.entries(found?.data ?? {})) {
      const text = kind === "Secret" ? Buffer.from(value, "base64").toString("utf8") : value;
      variables[key] = withoutBreaks(text);
    }
  }
  for (const [key, value] of Object.entries(postBuild.substitute ?? {}))
    variables[key] = withoutBreaks(value);
  const isWanted = Object.keys(variables).length > 0 || postBuild.substituteStrategy === "Always";
  return isWanted ? variables : undefined;
}

function withoutBreaks(text: string): string {
  return text.replaceAll("\n", "");
}
