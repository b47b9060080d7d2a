import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { RegistryCredential, RuntimeImage } from "@catalyst/ports/containers";
import { type Container, type Secret, secrets } from "@catalyst/ports/kubernetes";
import { type PodWork, say } from "../work.ts";

/**
 * Has a container's image here, as its pull policy asks, and says so in events. Throws `image-pull-failed`,
 * `image-never-pull`, `image-name-invalid`.
 */
export async function ensureImage(work: PodWork, container: Container): Promise<RuntimeImage> {
  const { runtime, pod } = work;
  const image = container.image ?? "";
  const there = await found(work, container);
  if (container.imagePullPolicy !== "Always" && there !== undefined) {
    say(work, "Normal", "Pulled", `Container image "${image}" already present on machine`, container);
    return there;
  }
  if (container.imagePullPolicy === "Never") {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    say(work, "Warning", "ErrImageNeverPull", message, container);
    throw new CatalystError("image-never-pull", message);
  }
  say(work, "Normal", "Pulling", `Pulling image "${image}"`, container);
  const begun = work.context.clock.now();
  try {
    const pulled = await runtime.pullImage(pod, container, await credentialsOf(work, container));
    const seconds = (work.context.clock.now() - begun) / 1000;
    const size = pulled.bytes === undefined ? "" : ` Image size: ${pulled.bytes} bytes.`;
    say(work, "Normal", "Pulled", `Successfully pulled image "${image}" in ${seconds}s.${size}`, container);
    return pulled;
  } catch (error) {
    if (isCatalystError(error, "image-pull-failed"))
      say(work, "Warning", "Failed", `Failed to pull image "${image}": ${errorMessage(error)}`, container);
    throw error;
  }
}

async function found(work: PodWork, container: Container): Promise<RuntimeImage | undefined> {
  try {
    return await work.runtime.findImage(work.pod, container);
  } catch (error) {
    if (isCatalystError(error, "image-name-invalid"))
      say(work, "Warning", "InspectFailed", error.message, container);
    throw error;
  }
}

/** What the Pod's pull secrets say about registries; the names of those that are absent go into an event. */
async function credentialsOf(work: PodWork, container: Container): Promise<readonly RegistryCredential[]> {
  const { client, pod } = work;
  const absent: string[] = [];
  const all: RegistryCredential[] = [];
  for (const { name = "" } of pod.spec.imagePullSecrets ?? []) {
    const secret = await client.find<Secret>(secrets, { namespace: pod.metadata.namespace, name });
    if (secret === undefined) absent.push(name);
    else all.push(...credentialsIn(secret));
  }
  if (absent.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${absent.join(", ")}); attempting to pull the image may not succeed.`;
    say(work, "Warning", "FailedToRetrieveImagePullSecret", message, container);
  }
  return all;
}

/** Of a Secret that can't be read nothing is said: its content is nobody's to see. */
function credentialsIn({ data = {} }: Secret): readonly RegistryCredential[] {
  const document = decoded(data[".dockerconfigjson"]);
  const registries = isObject(document?.["auths"]) ? document["auths"] : decoded(data[".dockercfg"]);
  return Object.entries(registries ?? {}).flatMap(([address, entry]) => {
    if (!isObject(entry)) return [];
    const joined = Buffer.from(String(entry["auth"] ?? ""), "base64").toString();
    const colon = joined.indexOf(":");
    const username = String(entry["username"] ?? joined.slice(0, Math.max(0, colon)));
    const password = String(entry["password"] ?? joined.slice(colon + 1));
    const registry = address.replace(/^https?:\/\//, "").replace(/\/(v[12]\/)?$/, "");
    return username === "" ? [] : [{ registry, username, password }];
  });
}

function decoded(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const document: unknown = JSON.parse(Buffer.from(text, "base64").toString());
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}
