import { isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { takeTurn } from "@catalyst/base/turns";
import { type LocatedYaml, parseYaml } from "@catalyst/base/yaml";
import { type ApplicationSpec, applicationKind, applicationSpecSchema } from "@catalyst/model/application";
import { catalystApiVersion } from "@catalyst/model/kind";
import { applicationNameProblem } from "@catalyst/model/naming";
import type { Problem } from "@catalyst/model/problem";
import { schemaProblems } from "./schema.ts";
import {
  type SecretsDocument,
  secretReferences,
  secretsDocumentPath,
  secretsDocumentProblems,
} from "./secrets-document.ts";

/** The files of an Environment's repository at one commit, by path. */
export type RepositoryFiles = ReadonlyMap<string, string>;

/** One `application.yaml`, parsed. */
export interface ApplicationDocument {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly spec: ApplicationSpec;
  readonly labels: Readonly<Record<string, string>>;
  /** Where the values of its password fields are; undefined when it has none. */
  readonly secrets: SecretsDocument | undefined;
  /** Says where a field of the document stands. */
  readonly source: LocatedYaml;
}

/** An Environment's repository, understood. */
export interface EnvironmentTree {
  readonly applications: ReadonlyMap<string, ApplicationDocument>;
  readonly problems: readonly Problem[];
}

const applicationFile = /^applications\/([^/]+)\/application\.yaml$/;

const secretsFile = /^applications\/([^/]+)\/secrets\.yaml$/;

/** Files that may stand beside an Application's document and aren't read here. */
const otherFiles = /^applications\/([^/]+\/)?(README\.md|\.gitkeep)$/;

/** The path of an Application's document. */
export function applicationPath(name: string): string {
  return `applications/${name}/application.yaml`;
}

/**
 * Understands an Environment's repository. Whatever stands below `applications/` is applied to the cluster,
 * so a file that isn't known is a problem, never ignored. Documents that `previous` holds with the same text
 * aren't parsed again: the work follows the change. Each that is parsed takes its turn on the event loop.
 */
export async function readEnvironmentTree(
  files: RepositoryFiles,
  previous?: EnvironmentTree,
): Promise<EnvironmentTree> {
  const applications = new Map<string, ApplicationDocument>();
  const problems: Problem[] = [];
  for (const [path, text] of files) {
    if (!path.startsWith("applications/") || otherFiles.test(path)) continue;
    const owner = secretsFile.exec(path)?.[1];
    if (owner !== undefined) {
      // read with its Application
      if (!files.has(applicationPath(owner))) problems.push(withoutApplication(path, owner));
      continue;
    }
    const name = applicationFile.exec(path)?.[1];
    if (name === undefined) {
      problems.push({
        code: "repository-file-unknown",
        message:
          "nothing but application.yaml and secrets.yaml in applications/<name> is applied, so this file may not be here",
        file: path,
        hint: "Move or remove it.",
      });
      continue;
    }
    const known = previous?.applications.get(name);
    const secrets = files.get(secretsDocumentPath(name));
    if (known?.text === text && known.secrets?.text === secrets) {
      applications.set(name, known);
      continue;
    }
    await takeTurn();
    const document = readApplication(name, path, text, secrets, problems);
    if (document !== undefined) applications.set(name, document);
  }
  return { applications, problems };
}

/** Largest spec of an Application, in characters of JSON: it travels in events and in one Kubernetes object. */
const specLimit = 512 * 1024;

function readApplication(
  name: string,
  path: string,
  text: string,
  secretsText: string | undefined,
  problems: Problem[],
): ApplicationDocument | undefined {
  const secrets = secretsText === undefined ? undefined : readSecrets(name, secretsText, problems);
  const source = parse(path, text, problems);
  if (source === undefined) return undefined;
  const found = documentProblems(name, source).map((problem) => ({ ...problem, file: path }));
  problems.push(...found);
  if (found.length > 0) return undefined;
  const object = source.value as { metadata: { labels?: Record<string, string> }; spec: ApplicationSpec };
  return { name, path, text, spec: object.spec, labels: object.metadata.labels ?? {}, secrets, source };
}

function readSecrets(name: string, text: string, problems: Problem[]): SecretsDocument | undefined {
  const path = secretsDocumentPath(name);
  const source = parse(path, text, problems);
  if (source === undefined) return undefined;
  const found = secretsDocumentProblems(name, source).map((problem) => ({ ...problem, file: path }));
  problems.push(...found);
  return found.length > 0 ? undefined : { path, text, references: secretReferences(source), source };
}

function withoutApplication(file: string, name: string): Problem {
  const message = `there is no Application "${name}" that needs values`;
  return { code: "secrets-without-application", message, file, hint: "Remove it with its Application." };
}

/** Tells whether an Application is the same in two trees. */
export function isSameDocument(
  before: ApplicationDocument | undefined,
  after: ApplicationDocument | undefined,
): boolean {
  return before?.text === after?.text && before?.secrets?.text === after?.secrets?.text;
}

function parse(path: string, text: string, problems: Problem[]): LocatedYaml | undefined {
  try {
    return parseYaml(text, { file: path });
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    const line = error.place?.line;
    problems.push({
      code: error.code,
      message: error.message,
      file: path,
      ...(line === undefined ? {} : { line }),
    });
    return undefined;
  }
}

const metadataFields = new Set(["name", "labels", "annotations"]);

function documentProblems(folder: string, source: LocatedYaml): Problem[] {
  const object = source.value;
  const at = (path: readonly string[], code: string, message: string, hint?: string): Problem => {
    const line = source.lineOf(path);
    return {
      code,
      message,
      field: path.join("."),
      ...(line === undefined ? {} : { line }),
      ...(hint === undefined ? {} : { hint }),
    };
  };
  if (!isObject(object))
    return [
      at(
        [],
        "application-not-object",
        "this is not an Application: write apiVersion, kind, metadata and spec",
      ),
    ];
  if (object["apiVersion"] !== catalystApiVersion || object["kind"] !== applicationKind.kind) {
    return [
      at(
        ["kind"],
        "application-kind",
        `only ${catalystApiVersion} Application may be here, not ${String(object["apiVersion"])} ${String(object["kind"])}`,
      ),
    ];
  }
  const metadata = object["metadata"];
  if (!isObject(metadata) || typeof metadata["name"] !== "string")
    return [at(["metadata", "name"], "application-name-missing", "metadata.name is missing")];
  const problems: Problem[] = [];
  const nameProblem = applicationNameProblem(metadata["name"]);
  if (nameProblem !== undefined)
    problems.push(at(["metadata", "name"], "application-name-invalid", nameProblem));
  if (metadata["name"] !== folder) {
    problems.push(
      at(
        ["metadata", "name"],
        "application-name-folder",
        `the name "${metadata["name"]}" isn't the folder's, "${folder}"`,
        "Make them equal.",
      ),
    );
  }
  for (const field of Object.keys(metadata)) {
    if (!metadataFields.has(field))
      problems.push(at(["metadata", field], "application-metadata", `metadata.${field} may not be set here`));
  }
  for (const field of Object.keys(object)) {
    if (!["apiVersion", "kind", "metadata", "spec"].includes(field))
      problems.push(
        at([field], "application-field-unknown", `${field} is not a field of an Application's document`),
      );
  }
  problems.push(...schemaProblems(applicationSpecSchema, object["spec"] ?? null, ["spec"], source));
  if (JSON.stringify(object["spec"] ?? null).length > specLimit) {
    problems.push(
      at(["spec"], "application-large", `the spec is larger than ${specLimit} characters of JSON`),
    );
  }
  return problems;
}
