import { CatalystError } from "@catalyst/base/errors";
import type { Arguments, Option } from "../../cli/command.ts";
import { readGiven } from "./files.ts";

/** What a repository or registry is reached with. */
export interface RepositoryAccess {
  readonly username: string;
  readonly password: string;
  /** Give them also to other hosts that the repository's index leads to. */
  readonly passCredentials: boolean;
  /** PEM. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Take any certificate. */
  readonly unverified: boolean;
  /** Speak HTTP with a registry. */
  readonly plainHttp: boolean;
}

/** Reaches what is open to everybody. */
export const anonymous: RepositoryAccess = {
  username: "",
  password: "",
  passCredentials: false,
  unverified: false,
  plainHttp: false,
};

/** The options that give access, and those that say where helm keeps it. */
export const accessOptions: Readonly<Record<string, Option>> = {
  username: { type: "string", value: "NAME", help: "The user's name there" },
  password: { type: "string", value: "TEXT", help: "The user's password there" },
  "ca-file": { type: "string", value: "FILE", help: "The certificates that alone are trusted there" },
  "cert-file": { type: "string", value: "FILE", help: "The certificate shown there" },
  "key-file": { type: "string", value: "FILE", help: "The certificate's key" },
  "insecure-skip-tls-verify": { type: "boolean", help: "Take any certificate there" },
  "plain-http": {
    type: "boolean",
    help: "Speak HTTP with a registry; one on this machine is spoken to so anyway",
  },
  "repository-config": {
    type: "string",
    value: "FILE",
    help: "Helm's file of repositories, for their names and what gives access to them",
  },
  "registry-config": {
    type: "string",
    value: "FILE",
    help: "Helm's file of registries one is signed in to; Docker's is read too",
  },
};

/** Puts together what the options give. Throws `chart-file-unreadable`, `chart-access-invalid` naming the file. */
export function accessOf(given: Arguments, folder: string): RepositoryAccess {
  const files = tlsFiles(
    { ca: given.text("ca-file"), cert: given.text("cert-file"), key: given.text("key-file") },
    folder,
  );
  return {
    username: given.text("username") ?? "",
    password: given.text("password") ?? "",
    passCredentials: given.flag("pass-credentials"),
    unverified: given.flag("insecure-skip-tls-verify"),
    plainHttp: given.flag("plain-http"),
    ...files,
  };
}

interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Reads certificates and key; as in Helm, a certificate counts only with its key. Throws `chart-file-unreadable`, `chart-access-invalid`. */
export function tlsFiles({ ca, cert, key }: TlsFiles, folder: string): TlsFiles {
  const isPair = isGiven(cert) && isGiven(key);
  return {
    ...(isGiven(ca) ? { ca: readCertificates(ca, folder) } : {}),
    ...(isPair ? { cert: read(cert, folder), key: read(key, folder) } : {}),
  };
}

function isGiven(path: string | undefined): path is string {
  return path !== undefined && path !== "";
}

function read(path: string, folder: string): string {
  return readGiven(folder, path).toString("utf8");
}

/** Without one in it nothing would be trusted, and what is wrong would look like the other end's fault. */
function readCertificates(path: string, folder: string): string {
  const text = read(path, folder);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new CatalystError("chart-access-invalid", `${path} holds no certificate`, {
    hint: "Give a file of certificates in PEM form.",
  });
}
