import { writeFile } from "node:fs/promises";
import type { Clock } from "@catalyst/base/clock";
import { type IssuedCertificate, type LocalAuthority, localAuthority } from "@catalyst/embedded-kubernetes";
import type { DataFolder } from "./data-folder.ts";

/** The local authority, and the certificate the Kubernetes port shows. */
export interface SovereignAuthority extends LocalAuthority {
  readonly server: IssuedCertificate;
}

/** Opens the data folder's authority and puts its certificate where people and programs find it. */
export async function openAuthority(folder: DataFolder, clock: Clock): Promise<SovereignAuthority> {
  const authority = await localAuthority(folder.keys, clock);
  await writeFile(folder.certificateAuthority, authority.certificate);
  const server = await authority.keptServer();
  return {
    certificate: authority.certificate,
    server,
    issueServer: (names) => authority.issueServer(names),
    keptServer: () => authority.keptServer(),
    issueClient: (user) => authority.issueClient(user),
  };
}
