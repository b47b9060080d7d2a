import { type EnvironmentTree, givingHint, type SecretReference } from "@catalyst/blueprint/plan";
import { isSecretOf } from "@catalyst/model/naming";
import type { Problem } from "@catalyst/model/problem";
import type { SecretStore } from "@catalyst/ports/secrets";

/**
 * Says which references that a change brings in lead to no value. Those that were there already aren't looked at: a
 * value that was lost since mustn't stand in the way of every other change.
 */
export async function missingValues(
  environment: string,
  before: EnvironmentTree,
  after: EnvironmentTree,
  store: Pick<SecretStore, "metadata">,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [application, { secrets }] of after.applications) {
    const known = before.applications.get(application)?.secrets;
    if (secrets === undefined || secrets.text === known?.text) continue;
    for (const [index, reference] of secrets.references.entries()) {
      // a path of somebody else's is refused by itself: whether anything is there is nobody's to know
      if (!isSecretOf(environment, reference.key) || isKnown(reference, known?.references)) continue;
      const metadata = await store.metadata(reference.key);
      if (metadata?.versions.some(({ version }) => version === reference.version) === true) continue;
      const path = ["spec", "data", index, "remoteRef", "version"];
      const line = secrets.source.lineOf(path);
      problems.push({
        code: "secret-version-missing",
        message: `there is no version ${reference.version} of ${reference.key}, or no longer`,
        file: secrets.path,
        field: `spec.data[${index}].remoteRef.version`,
        hint: givingHint(environment, application, reference.field),
        ...(line === undefined ? {} : { line }),
      });
    }
  }
  return problems;
}

function isKnown({ key, version }: SecretReference, known: readonly SecretReference[] = []): boolean {
  return known.some((reference) => reference.key === key && reference.version === version);
}
