import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Arguments } from "../../cli/command.ts";

/** The variables by which helm and Docker find their files. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where helm's file of repositories is: by option, `HELM_REPOSITORY_CONFIG` or in its folder. */
export function repositoriesFile(given: Arguments, folder: string, env: Environment = process.env): string {
  const named = given.text("repository-config");
  if (named !== undefined) return resolve(folder, named);
  return env["HELM_REPOSITORY_CONFIG"] || join(helmFolder(env), "repositories.yaml");
}

/** Where registries one is signed in to are, the first that knows one counting: helm's file and Docker's. */
export function registryFiles(
  given: Arguments,
  folder: string,
  env: Environment = process.env,
): readonly string[] {
  const named = given.text("registry-config");
  const own =
    named === undefined
      ? env["HELM_REGISTRY_CONFIG"] || join(helmFolder(env), "registry/config.json")
      : resolve(folder, named);
  return [own, join(env["DOCKER_CONFIG"] || join(homedir(), ".docker"), "config.json")];
}

/** Helm's folder of configuration, as each system has it. */
function helmFolder(env: Environment): string {
  if (env["HELM_CONFIG_HOME"]) return env["HELM_CONFIG_HOME"];
  if (env["XDG_CONFIG_HOME"]) return join(env["XDG_CONFIG_HOME"], "helm");
  if (process.platform === "darwin") return join(homedir(), "Library/Preferences/helm");
  if (process.platform === "win32") return join(env["APPDATA"] ?? homedir(), "helm");
  return join(homedir(), ".config/helm");
}
