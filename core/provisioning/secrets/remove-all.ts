import { secretsPrefix } from "@catalyst/model/naming";
import type { SecretStore } from "@catalyst/ports/secrets";

/** Destroys every value of an Environment; repeatable. */
export async function removeAllSecrets(
  environment: string,
  store: Pick<SecretStore, "list" | "remove">,
): Promise<void> {
  const removeBelow = async (folder: string): Promise<void> => {
    for (const name of await store.list(folder)) {
      if (name.endsWith("/")) await removeBelow(`${folder}/${name.slice(0, -1)}`);
      else await store.remove(`${folder}/${name}`);
    }
  };
  await removeBelow(secretsPrefix(environment).slice(0, -1));
}
