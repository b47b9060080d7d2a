import { CatalystError } from "@catalyst/base/errors";
import type { RegistryCredential, RuntimeImage } from "@catalyst/ports/containers";
import { type PodmanRest, textOf } from "./rest.ts";

/** The images of podman's storage. */
export class PodmanImages {
  readonly #rest: PodmanRest;

  constructor(rest: PodmanRest) {
    this.#rest = rest;
  }

  /** The image as it is here; undefined when it isn't. Throws `image-name-invalid`. */
  async find(image: string): Promise<RuntimeImage | undefined> {
    checkName(image);
    const there = (await this.#rest.json(
      "GET",
      `/images/${encodeURIComponent(image)}/json`,
      undefined,
      [404],
    )) as { Id: string; User?: string; Size?: number } | undefined;
    if (there === undefined) return undefined;
    return { id: there.Id, user: there.User, bytes: there.Size };
  }

  /** Gets an image; one that is here serves even when its registry doesn't answer. Throws `image-pull-failed`. */
  async pull(image: string, credentials: readonly RegistryCredential[]): Promise<RuntimeImage> {
    const query = `reference=${encodeURIComponent(image)}&policy=newer&quiet=true`;
    const { body } = await this.#rest.open("POST", `/images/pull?${query}`, undefined, undefined, {
      ...authHeader(image, credentials),
    });
    const lines = (await textOf(body)).split("\n").filter((line) => line.trim() !== "");
    const reports = lines.map(
      (line) => JSON.parse(line) as { id?: string; error?: string; message?: string },
    );
    const there = await this.find(reports.findLast((report) => report.id !== undefined)?.id ?? image);
    if (there !== undefined) return there;
    const why =
      reports.map((report) => report.error ?? report.message).find(Boolean) ?? "podman gave no reason";
    throw new CatalystError("image-pull-failed", `failed to pull image "${image}": ${why.trim()}`, {
      details: { image },
    });
  }

  /** The image's id, from here or its registry. Throws as `find` and `pull`. */
  async ensure(image: string): Promise<string> {
    return ((await this.find(image)) ?? (await this.pull(image, []))).id;
  }
}

/** A name's parts, as the distribution's reference grammar has them; a bare digest is podman's own. */
const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const host = "[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?";
const grammar = new RegExp(
  `^(?:${host}/)?${component}(?:/${component})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

function checkName(image: string): void {
  if (grammar.test(image)) return;
  throw new CatalystError(
    "image-name-invalid",
    `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`,
  );
}

/** What podman's own client sends: the credentials of the registry that the image's name begins with. */
function authHeader(
  image: string,
  credentials: readonly RegistryCredential[],
): Readonly<Record<string, string>> {
  const [first = ""] = image.split("/");
  const named = image.includes("/") && /[.:]|^localhost$/.test(first) ? image : `docker.io/${image}`;
  const fitting = credentials.filter(({ registry }) => {
    const place = registry === "index.docker.io" ? "docker.io" : registry;
    return named === place || named.startsWith(`${place}/`);
  });
  const best = fitting.toSorted((a, b) => b.registry.length - a.registry.length)[0];
  if (best === undefined) return {};
  const { username, password } = best;
  const auth = Buffer.from(JSON.stringify({ username, password })).toString("base64url");
  return { "x-registry-auth": auth };
}
