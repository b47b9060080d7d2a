import { CatalystError } from "@catalyst/base/errors";
import type { Dependency } from "../chart/metadata.ts";
import { type DependencyTransport, sourceOf } from "./transport.ts";

/**
 * Dependencies with addresses in place of names of repositories (`@stable`, `alias:stable`), as a lock has them. Throws
 * `chart-repository-unknown` in Helm's words, naming all that is neither.
 */
export function withAddresses(
  dependencies: readonly Dependency[],
  transport: Pick<DependencyTransport, "named">,
): readonly Dependency[] {
  const missing: string[] = [];
  const addressed = dependencies.map((dependency) => {
    const { repository } = dependency;
    if (sourceOf(repository) !== "repository") return dependency;
    const name = /^(?:@|alias:)(.*)$/.exec(repository)?.[1];
    const address = name === undefined ? undefined : transport.named(name);
    if (address !== undefined) return { ...dependency, repository: address };
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(repository)?.[1];
    if (scheme === undefined && !repository.startsWith("/")) missing.push(repository);
    else if (scheme === undefined || !/^https?$/i.test(scheme)) refuseScheme(scheme ?? "");
    return dependency;
  });
  if (missing.length > 0) throw undefinedRepositories(missing);
  return addressed;
}

/** An alias that nobody defined is to Helm an address of that scheme. */
function refuseScheme(scheme: string): never {
  throw new CatalystError(
    "chart-repository-unknown",
    `could not find protocol handler for: ${scheme.toLowerCase()}`,
    { hint: "Repositories are had by http, https and oci, or by a name that `helm repo add` gave." },
  );
}

function undefinedRepositories(missing: readonly string[]): CatalystError {
  const message = `no repository definition for ${missing.join(", ")}. Please add them via 'helm repo add'`;
  const isBare = missing.some((repository) => !repository.includes("//") && !repository.startsWith("@"));
  const note = `
Note that repositories must be URLs or aliases. For example, to refer to the "example"
repository, use "https://charts.example.com/" or "@example" instead of
"example". Don't forget to add the repo, too ('helm repo add').`;
  return new CatalystError("chart-repository-unknown", isBare ? `${message}${note}` : message);
}
