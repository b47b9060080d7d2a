import { GoObject, int64, typedList, type Value } from "../template/values.ts";
import { utc, type Zone } from "./time-zone.ts";

/** What a time.Time points to as its zone: nil for UTC. It is seen where a time is printed as a struct alone. */
export class GoLocation extends GoObject {
  override readonly goType = "*time.Location";
  override readonly isPointer = true;
  override readonly isNilPointer: boolean;
  readonly #zone: Zone;

  constructor(zone: Zone) {
    super();
    this.#zone = zone;
    this.isNilPointer = zone === utc;
  }

  /** As those of the zone called Local of a machine that is set to none. */
  override fields(): readonly (readonly [string, Value])[] {
    return [
      ["name", this.#zone.name],
      ["zone", typedList("[]time.zone", [])],
      ["tx", typedList("[]time.zoneTrans", [])],
      ["extend", ""],
      ["cacheStart", int64(0)],
      ["cacheEnd", int64(0)],
      ["cacheZone", null],
    ];
  }
}
