import { isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml, printYaml } from "@catalyst/base/yaml";
import { schemaProblems } from "@catalyst/blueprint/plan";
import { environmentKind } from "@catalyst/model/environment";
import { catalystApiVersion, type KindDefinition } from "@catalyst/model/kind";
import { labels } from "@catalyst/model/label";
import { type EnvironmentType, environmentName, organizationNameProblem } from "@catalyst/model/naming";
import { organizationKind } from "@catalyst/model/organization";
import type { Problem } from "@catalyst/model/problem";
import { sovereignKind } from "@catalyst/model/sovereign";
import type { ObjectId, PushedTree } from "@catalyst/ports/git";

/** The folder of an Organization in the system repository. */
export function organizationFolder(organization: string): string {
  return `organizations/${organization}`;
}

/** The path of an Organization's document. */
export function organizationPath(organization: string): string {
  return `${organizationFolder(organization)}/organization.yaml`;
}

/** The path of an Environment's document. */
export function environmentPath(organization: string, type: EnvironmentType): string {
  return `${organizationFolder(organization)}/environments/${environmentName(organization, type)}.yaml`;
}

/** The path of the Sovereign's own document. */
export const sovereignPath = "sovereign.yaml";

/** The Sovereign's one object: there is only one, so its name says nothing. */
const sovereignName = "sovereign";

/** The document of the Sovereign. */
export function sovereignDocument(spec: Readonly<Record<string, unknown>>): string {
  return printYaml({
    apiVersion: catalystApiVersion,
    kind: sovereignKind.kind,
    metadata: { name: sovereignName },
    spec,
  });
}

/** The documents of a new Organization: its namespace and itself. */
export function organizationFiles(
  name: string,
  spec: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, string> {
  const folder = organizationFolder(name);
  return new Map([
    [
      `${folder}/namespace.yaml`,
      printYaml({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { [labels.organization]: name } },
      }),
    ],
    [
      `${folder}/organization.yaml`,
      printYaml({ apiVersion: catalystApiVersion, kind: "Organization", metadata: { name }, spec }),
    ],
  ]);
}

/** The document of an Environment. */
export function environmentDocument(
  organization: string,
  type: EnvironmentType,
  spec: Readonly<Record<string, unknown>>,
): string {
  return printYaml({
    apiVersion: catalystApiVersion,
    kind: "Environment",
    metadata: { name: environmentName(organization, type), namespace: organization },
    spec: { organization, envType: type, ...spec },
  });
}

const organizationFile = /^organizations\/([^/]+)\/(organization|namespace)\.yaml$/;
const environmentFile = /^organizations\/([^/]+)\/environments\/([^/]+)\.yaml$/;

/** The Environment whose document stands at a path; undefined where another's does. */
export function environmentAt(path: string): string | undefined {
  return environmentFile.exec(path)?.[2];
}

/** Files that nothing applies: they may stand anywhere. */
const otherFile = /(^|\/)([^/]+\.md|\.gitkeep|\.gitignore|LICENSE)$/;

/** Says what is wrong with the system repository at a pushed commit: whatever stands in it is applied. */
export async function systemProblems(tree: PushedTree, commit: ObjectId): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const file of await tree.files(commit)) {
    if (otherFile.test(file.path)) continue;
    const text = new TextDecoder().decode(await tree.read(file.id));
    problems.push(...documentProblems(file.path, text).map((problem) => ({ ...problem, file: file.path })));
  }
  return problems;
}

interface Expected {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly definition?: KindDefinition;
}

function documentProblems(path: string, text: string): Problem[] {
  const expected = expectedAt(path);
  if (expected === undefined)
    return [{ code: "repository-file-unknown", message: "no file of this name may be here" }];
  const organization = path === sovereignPath ? undefined : organizationNameProblem(path.split("/")[1] ?? "");
  if (organization !== undefined) return [{ code: "organization-name-invalid", message: organization }];
  try {
    const source = parseYaml(text, { file: path });
    const object = source.value;
    if (!isObject(object) || !isObject(object["metadata"]))
      return [{ code: "document-not-object", message: "this is not a Kubernetes object" }];
    const metadata = object["metadata"];
    const found: Problem[] = [];
    const equal = (field: string, actual: unknown, wanted: unknown) => {
      if (actual !== wanted)
        found.push({
          code: "document-mismatch",
          field,
          message: `${field} must be ${JSON.stringify(wanted)} here`,
        });
    };
    equal("apiVersion", object["apiVersion"], expected.apiVersion);
    equal("kind", object["kind"], expected.kind);
    equal("metadata.name", metadata["name"], expected.name);
    equal("metadata.namespace", metadata["namespace"], expected.namespace);
    if (expected.definition !== undefined)
      found.push(...schemaProblems(expected.definition.spec, object["spec"] ?? {}, ["spec"], source));
    return found;
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    const line = error.place?.line;
    return [{ code: error.code, message: error.message, ...(line === undefined ? {} : { line }) }];
  }
}

function expectedAt(path: string): Expected | undefined {
  if (path === sovereignPath)
    return {
      apiVersion: catalystApiVersion,
      kind: sovereignKind.kind,
      name: sovereignName,
      definition: sovereignKind,
    };
  const [, name, what] = organizationFile.exec(path) ?? [];
  if (name !== undefined && what === "namespace") return { apiVersion: "v1", kind: "Namespace", name };
  if (name !== undefined)
    return { apiVersion: catalystApiVersion, kind: "Organization", name, definition: organizationKind };
  const [, organization, environment] = environmentFile.exec(path) ?? [];
  if (organization === undefined || environment === undefined) return undefined;
  return {
    apiVersion: catalystApiVersion,
    kind: "Environment",
    name: environment,
    namespace: organization,
    definition: environmentKind,
  };
}
