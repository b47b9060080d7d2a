import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { isStable } from "@catalyst/base/version";
import { type Catalog, type CatalogRelease, isInstallable } from "@catalyst/blueprint/catalog";
import { configFields, passwordFields } from "@catalyst/blueprint/expansion";
import { type ApplicationDocument, pinnedRelease, schemaProblems } from "@catalyst/blueprint/plan";
import { applicationNameProblem, secretPath, secretProperty } from "@catalyst/model/naming";
import type { GivenSecret, SecretView } from "@catalyst/model/view";
import { keptVersions, type SecretStore } from "@catalyst/ports/secrets";
import type { EnvironmentSnapshot } from "../environment-repository.ts";

export interface ApplicationSecretsOptions {
  /** With credentials that need not read a value. */
  readonly store: Pick<SecretStore, "write" | "metadata">;
  readonly catalog: Catalog;
  /** The newest state of an Environment's repository. */
  snapshot(environment: string): Promise<EnvironmentSnapshot>;
}

/** A value for one password field. */
export interface SecretGift {
  readonly environment: string;
  readonly application: string;
  readonly field: string;
  readonly value: string;
  /** Whose field it is, for an Application that isn't there yet or is about to change its version. */
  readonly blueprint?: { readonly name: string; readonly version?: string | undefined } | undefined;
}

/**
 * Takes values of password fields into the secret store. Nothing of it changes what runs: that does the commit that
 * refers to a value. No value comes out here again.
 *
 * Errors: `application-name-invalid`, `secret-blueprint-invalid`, `secret-field-unknown`, `secret-value-invalid`,
 * `secret-versions-conflict`, and those of SecretStore.
 */
export class ApplicationSecrets {
  readonly #options: ApplicationSecretsOptions;

  constructor(options: ApplicationSecretsOptions) {
    this.#options = options;
  }

  /** Adds a version to what was given for a field, and says how Git refers to it. */
  async give(gift: SecretGift): Promise<GivenSecret> {
    const { environment, application, field, value } = gift;
    const { tree } = await this.#options.snapshot(environment);
    const document = tree.applications.get(application);
    const release = this.#release(gift, document);
    refuseValue(release, field, value);
    const path = secretPath(environment, application, field);
    await this.#refuseTooMany(path, document, field);
    const version = await this.#options.store.write(path, { [secretProperty]: value });
    const remoteRef = { key: path, property: secretProperty, version: String(version) };
    return { field, version, reference: { secretKey: field, remoteRef } };
  }

  /** Says of each password field of an Application which version Git refers to, and when it was given. */
  async list(environment: string, application: string): Promise<readonly SecretView[]> {
    const { tree } = await this.#options.snapshot(environment);
    const document = tree.applications.get(application);
    const release = document === undefined ? undefined : pinnedRelease(this.#options.catalog, document.spec);
    const fields = passwordFields(release?.manifest.spec.configSchema);
    return Promise.all(fields.map((field) => this.#view(document, field)));
  }

  async #view(document: ApplicationDocument | undefined, field: string): Promise<SecretView> {
    const reference = document?.secrets?.references.find((item) => item.field === field);
    if (reference === undefined) return { field };
    const metadata = await this.#options.store.metadata(reference.key);
    const stored = metadata?.versions.find(({ version }) => version === reference.version);
    return {
      field,
      version: reference.version,
      ...(stored === undefined ? {} : { setAt: stored.createdAt }),
    };
  }

  #release(
    { application, blueprint }: SecretGift,
    document: ApplicationDocument | undefined,
  ): CatalogRelease {
    const { catalog } = this.#options;
    const invalid = (code: string, message: string, field: string) =>
      new CatalystError(code, message, { place: { field } });
    const nameProblem = document === undefined ? applicationNameProblem(application) : undefined;
    if (nameProblem !== undefined) throw invalid("application-name-invalid", nameProblem, "application");
    const name = document?.spec.blueprint.name ?? blueprint?.name;
    if (name === undefined)
      throw invalid(
        "secret-blueprint-invalid",
        `there is no Application "${application}" yet: say of which Blueprint it will be`,
        "blueprint",
      );
    if (blueprint !== undefined && blueprint.name !== name)
      throw invalid("name-taken", `"${application}" is already an Application of ${name}`, "blueprint.name");
    const release =
      document !== undefined && blueprint?.version === undefined
        ? pinnedRelease(catalog, document.spec)
        : installable(catalog, name, blueprint?.version);
    if (release === undefined)
      throw invalid(
        "secret-blueprint-invalid",
        `${[name, blueprint?.version].filter(Boolean).join(" ")} isn't in the catalog, or can't be installed`,
        "blueprint",
      );
    return release;
  }

  /** A value too many would push out the one that runs: the store keeps only so many. */
  async #refuseTooMany(
    path: string,
    document: ApplicationDocument | undefined,
    field: string,
  ): Promise<void> {
    const used = document?.spec.secrets?.[field];
    if (used === undefined) return;
    const metadata = await this.#options.store.metadata(path);
    if (metadata === undefined || metadata.currentVersion + 1 - used < keptVersions) return;
    throw new CatalystError(
      "secret-versions-conflict",
      `${keptVersions - 1} values were given for ${field} since version ${used}, which is in use`,
      {
        place: { field },
        hint: `Commit one of them first: the newest is version ${metadata.currentVersion}.`,
      },
    );
  }
}

function installable(
  catalog: Catalog,
  name: string,
  version: string | undefined,
): CatalogRelease | undefined {
  const releases = catalog.releases(name).filter(isInstallable);
  if (version !== undefined) return releases.find((release) => release.version === version);
  return releases.find((release) => isStable(release.version)) ?? releases[0];
}

/** The schema's own rules hold for the value, though the plan never sees it. */
function refuseValue(release: CatalogRelease, field: string, value: string): void {
  const { configSchema } = release.manifest.spec;
  const found = configFields(configSchema).find(({ path }) => path.join(".") === field);
  if (found === undefined || !isObject(found.schema) || !passwordFields(configSchema).includes(field)) {
    const known = passwordFields(configSchema);
    throw new CatalystError(
      "secret-field-unknown",
      `${release.name} ${release.version} has no password field ${field}`,
      { place: { field }, hint: known.length === 0 ? "It has none." : `It has ${known.join(", ")}.` },
    );
  }
  const [problem] = schemaProblems(found.schema, value, [field]);
  if (problem !== undefined)
    throw new CatalystError("secret-value-invalid", problem.message, { place: { field } });
}
