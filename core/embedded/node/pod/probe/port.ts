import { CatalystError } from "@catalyst/base/errors";
import type { Container } from "@catalyst/ports/kubernetes";

/** The number of a port that may be named. Throws `probe-port-unknown`. */
export function portOf(container: Container, port: number | string): number {
  const named = container.ports?.find((candidate) => candidate.name === port)?.containerPort;
  const number = named ?? (/^\d+$/.test(String(port)) ? Number(port) : 0);
  if (number > 0 && number < 65_536) return number;
  throw new CatalystError("probe-port-unknown", `couldn't find port: ${JSON.stringify(port)} for container`);
}
