import { printYaml } from "@catalyst/base/yaml";
import type { Environment } from "@catalyst/model/environment";
import { catalystApiVersion } from "@catalyst/model/kind";
import type { FileChange, GitHost, Repository, RepositoryRef } from "@catalyst/ports/git";

/** Catalyst's own name in commits no person asked for. */
export const platformSignature = { name: "Catalyst", email: "catalyst@localhost" } as const;

/** Makes an Environment's repository with its first commit; idempotent. */
export async function ensureEnvironmentRepository(
  git: GitHost,
  environment: Environment,
): Promise<Repository> {
  const ref: RepositoryRef = { owner: environment.spec.organization, name: environment.metadata.name };
  const repository = await git.ensureRepository(ref, { description: `What runs in ${ref.name}` });
  if ((await git.resolve(ref, "main")) === undefined) {
    const message = `Begin ${ref.name}\n`;
    await git.write(ref, {
      branch: "main",
      expected: undefined,
      author: platformSignature,
      message,
      changes: firstFiles(environment),
    });
  }
  return repository;
}

function firstFiles(environment: Environment): readonly FileChange[] {
  const { name } = environment.metadata;
  const head = (kind: string) => ({ apiVersion: catalystApiVersion, kind, metadata: { name } });
  const { organization, envType, placement } = environment.spec;
  return [
    { path: "README.md", content: readme(name) },
    { path: "applications/.gitkeep", content: "" },
    {
      path: "environment.yaml",
      content: printYaml({
        ...head("Environment"),
        spec: { organization, envType, ...(placement === undefined ? {} : { placement }) },
      }),
    },
    { path: "policy.yaml", content: printYaml({ ...head("EnvironmentPolicy"), spec: { rules: [] } }) },
  ];
}

function readme(name: string): string {
  return `# ${name}

What stands on \`main\` runs. Each Application is one document, \`applications/<name>/application.yaml\`;
a push prints its plan and is refused when something is wrong with it.
`;
}
