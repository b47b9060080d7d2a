import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Change } from "../storage/change.ts";
import type { Storage } from "../storage/storage.ts";
import { apiServiceAddress } from "./api-service.ts";

/** Addresses given out: 10.96.0.0/12. */
const base = (10 << 24) | (96 << 16);
const size = 1 << 20;
/** The first addresses are left for well-known Services (the API, DNS). */
const reserved = 256;
const firstPort = 30_000;
const lastPort = 32_767;

/**
 * The addresses and node ports of Services. One pool for all clusters: they share a machine, and an address
 * that means one Service everywhere needs no cluster to be understood.
 */
export class ServiceAddresses {
  /** The uid of the Service that has it; empty while its Service is being written. */
  readonly #addresses = new Map<string, string>([[apiServiceAddress, "kubernetes"]]);
  readonly #ports = new Map<number, string>();
  #lastAddress = reserved;
  #lastPort = firstPort - 1;

  constructor(storage: Storage) {
    for (const cluster of storage.clusters.keys()) {
      for (const { object } of storage.collection(cluster, "/services", true).list()) this.#hold(object);
    }
    storage.listenEverywhere("/services", (change) => this.#see(change));
  }

  /** A free address, held from now on. */
  nextAddress(): string {
    for (let tried = 0; tried < size; tried++) {
      this.#lastAddress = this.#lastAddress + 1 >= size ? reserved : this.#lastAddress + 1;
      const address = print(base + this.#lastAddress);
      if (this.#addresses.has(address)) continue;
      this.#addresses.set(address, "");
      return address;
    }
    throw new RangeError("no Service address is free");
  }

  /** Holds an address; gives why not. */
  takeAddress(address: string): string | undefined {
    const number = parse(address);
    if (number === undefined) return "not a valid IP";
    if (number <= base || number >= base + size)
      return "the provided network does not match the current range";
    if (this.#addresses.get(address)) return "provided IP is already allocated";
    this.#addresses.set(address, "");
    return undefined;
  }

  /** A free node port, held from now on. */
  nextPort(): number {
    for (let tried = firstPort; tried <= lastPort; tried++) {
      this.#lastPort = this.#lastPort >= lastPort ? firstPort : this.#lastPort + 1;
      if (this.#ports.has(this.#lastPort)) continue;
      this.#ports.set(this.#lastPort, "");
      return this.#lastPort;
    }
    throw new RangeError("no node port is free");
  }

  /** Holds a node port; gives why not. */
  takePort(port: number): string | undefined {
    if (port < firstPort || port > lastPort) return "provided port is not in the valid range";
    if (this.#ports.get(port)) return "provided port is already allocated";
    this.#ports.set(port, "");
    return undefined;
  }

  #see(change: Change): void {
    if (change.previous !== undefined) this.#release(change.previous.object);
    if (!change.deleted) this.#hold(change.entry.object);
  }

  #hold(service: KubeObject): void {
    for (const address of addressesOf(service)) this.#addresses.set(address, service.metadata.uid!);
    for (const port of portsOf(service)) this.#ports.set(port, service.metadata.uid!);
  }

  #release(service: KubeObject): void {
    const { uid } = service.metadata;
    for (const address of addressesOf(service)) {
      if (this.#addresses.get(address) === uid) this.#addresses.delete(address);
    }
    for (const port of portsOf(service)) if (this.#ports.get(port) === uid) this.#ports.delete(port);
  }
}

function addressesOf(service: KubeObject): readonly string[] {
  const { clusterIPs = [] } = service.spec as { readonly clusterIPs?: readonly string[] };
  return clusterIPs.filter((address) => address !== "None");
}

function portsOf(service: KubeObject): readonly number[] {
  const { ports = [] } = service.spec as { readonly ports?: readonly { readonly nodePort?: number }[] };
  return ports.map((port) => port.nodePort ?? 0).filter((port) => port > 0);
}

function print(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

function parse(address: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((number, part) => number * 256 + part, 0);
}
