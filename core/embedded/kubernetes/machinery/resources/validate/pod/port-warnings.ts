import type { Place } from "../../../validate/place.ts";

interface Known {
  readonly path: string;
  readonly hostIP: string;
  readonly hostPort: number;
}

/** What a writer is told of ports that mean the same, or may. */
export function portWarnings(containers: readonly Place[]): readonly string[] {
  const ports = containers.flatMap((container) => container.at("ports").items());
  return [...sameNumbers(ports), ...sameNames(ports)];
}

function sameNumbers(ports: readonly Place[]): readonly string[] {
  const all = new Map<string, Known[]>();
  return ports.flatMap((port) => {
    const known = {
      path: port.path,
      hostIP: port.at("hostIP").text,
      hostPort: port.at("hostPort").number,
    };
    const number = port.at("containerPort").number;
    const protocol = port.at("protocol").text;
    const others = all.get(`${number}/${protocol}`) ?? [];
    all.set(`${number}/${protocol}`, [...others, known]);
    const shown = `{Name:${port.at("name").text} HostPort:0 ContainerPort:${number} Protocol:${protocol} HostIP:${known.hostIP}}`;
    const isHalf = known.hostIP !== "" && known.hostPort === 0;
    return [
      ...(isHalf ? [`${port.path}: hostIP set without hostPort: ${shown}`] : []),
      ...others.flatMap((other) => relation(known, other)),
    ];
  });
}

function relation(port: Known, other: Known): readonly string[] {
  const warning = (what: string) => [`${port.path}: ${what} port definition with ${other.path}`];
  if (port.hostIP === other.hostIP && port.hostPort === other.hostPort) return warning("duplicate");
  if (port.hostPort === 0 || other.hostPort === 0) return warning("overlapping");
  const isOneOpen = (port.hostIP === "") !== (other.hostIP === "");
  return port.hostPort === other.hostPort && isOneOpen ? warning("dangerously ambiguous") : [];
}

function sameNames(ports: readonly Place[]): readonly string[] {
  const names = new Map<string, string>();
  return ports.flatMap((port) => {
    const name = port.at("name").text;
    if (name === "") return [];
    const other = names.get(name);
    if (other !== undefined) {
      const use = `services and probes that select ports by name will use ${other}`;
      return [`${port.path}: duplicate port name ${JSON.stringify(name)} with ${other}, ${use}`];
    }
    names.set(name, port.path);
    return [];
  });
}
