import { isObject } from "@catalyst/base/json";
import type { Fields } from "../resources/fields.ts";
import type { FieldFault } from "../status.ts";
import {
  duplicate,
  forbidden,
  invalidValue,
  required,
  tooLong,
  tooMany,
  unsupported,
  withDetail,
} from "./faults.ts";
import type { NameRule } from "./names.ts";

/** Checks a value; says what is wrong at the place or below it. */
export type Check = (place: Place) => void;

/** Everything checks find wrong with a value, in the order they find it. */
export function faultsAt(path: string, value: unknown, ...checks: readonly Check[]): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const place = new Place(path, value, faults);
  for (const check of checks) check(place);
  return faults;
}

/** A value within an object that is being checked: what it is, where it is, and where its faults go. */
export class Place {
  readonly path: string;
  readonly value: unknown;
  readonly #faults: FieldFault[];

  constructor(path: string, value: unknown, faults: FieldFault[]) {
    this.path = path;
    this.value = value;
    this.#faults = faults;
  }

  /** The field of that name; of several names, the field of the field. */
  at(...keys: readonly string[]): Place {
    return keys.reduce<Place>((place, key) => place.#below(key, place.fields[key]), this);
  }

  /** A value that isn't a field of this one, under a field's name: some messages name fields there aren't. */
  called(name: string, value: unknown): Place {
    return this.#below(name, value);
  }

  #below(key: string, value: unknown): Place {
    return new Place(this.path === "" ? key : `${this.path}.${key}`, value, this.#faults);
  }

  /** The items of a list; none when this isn't one. */
  items(): readonly Place[] {
    if (!Array.isArray(this.value)) return [];
    return this.value.map((item, index) => new Place(`${this.path}[${index}]`, item, this.#faults));
  }

  /** A value at a place in this list that may be another's: some messages count otherwise than the list does. */
  counted(index: number, value: unknown): Place {
    return new Place(`${this.path}[${index}]`, value, this.#faults);
  }

  /** The values of a map with their keys. */
  entries(): readonly (readonly [string, Place])[] {
    return Object.keys(this.fields).map((key) => [key, this.entry(key)] as const);
  }

  /** The value of a map at a key, which may be one that every object has by its nature. */
  entry(key: string): Place {
    return this.keyed(key, Object.hasOwn(this.fields, key) ? this.fields[key] : undefined);
  }

  /** A value under a key of this map that may be another's. */
  keyed(key: string, value: unknown): Place {
    return new Place(`${this.path}[${key}]`, value, this.#faults);
  }

  /** An object that has this value under a key, at the same place: for checks of a larger form. */
  wrapped(key: string): Place {
    return new Place(this.path, { [key]: this.value }, this.#faults);
  }

  /** The place of the whole object, as upstream prints a path without any name. */
  root(): Place {
    return new Place("[]", this.value, this.#faults);
  }

  /** How many faults were found so far, in the whole object. */
  get faultCount(): number {
    return this.#faults.length;
  }

  /** The value as an object; an empty one when it isn't one. */
  get fields(): Readonly<Fields> {
    return isObject(this.value) ? this.value : {};
  }

  get isSet(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** The value as text; "" when it isn't one. */
  get text(): string {
    return typeof this.value === "string" ? this.value : "";
  }

  /** The value as a number; 0 when it isn't one. */
  get number(): number {
    return typeof this.value === "number" ? this.value : 0;
  }

  /** The texts of a list. */
  get texts(): readonly string[] {
    return Array.isArray(this.value) ? this.value.filter((item) => typeof item === "string") : [];
  }

  /** How many items or entries there are. */
  get size(): number {
    return Array.isArray(this.value) ? this.value.length : Object.keys(this.fields).length;
  }

  required(detail = ""): void {
    this.#faults.push(required(this.path, detail));
  }

  invalid(detail: string, shown: unknown = this.value ?? ""): void {
    this.#faults.push(invalidValue(this.path, shown, detail));
  }

  /** The value is invalid, and isn't shown: it would say nothing. */
  invalidWithout(detail: string): void {
    const message = `Invalid value: ${detail}`;
    this.#faults.push({ reason: "FieldValueInvalid", message, field: this.path });
  }

  forbidden(detail: string): void {
    this.#faults.push(forbidden(this.path, detail));
  }

  unsupported(supported: readonly string[], shown: unknown = this.value ?? ""): void {
    this.#faults.push(unsupported(this.path, shown, supported));
  }

  duplicate(detail = "", shown: unknown = this.value ?? ""): void {
    const fault = duplicate(this.path, shown);
    this.#faults.push({ ...fault, message: withDetail(fault.message, detail) });
  }

  notFound(detail = "", shown: string = this.text): void {
    const message = withDetail(`Not found: ${JSON.stringify(shown)}`, detail);
    this.#faults.push({ reason: "FieldValueNotFound", message, field: this.path });
  }

  tooLong(limit: number): void {
    this.#faults.push(tooLong(this.path, limit));
  }

  tooMany(limit: number): void {
    this.#faults.push(tooMany(this.path, this.size, limit));
  }

  /** Takes over faults that were found otherwise. */
  add(faults: readonly FieldFault[]): void {
    this.#faults.push(...faults);
  }

  /** The text follows a rule. */
  follows(rule: NameRule): void {
    for (const fault of rule(this.text)) this.invalid(fault, this.text);
  }

  /** The text is there and follows a rule. */
  needs(rule: NameRule): void {
    if (this.text === "") this.required();
    else this.follows(rule);
  }

  /** Something is said. */
  isNeeded(detail = ""): void {
    if (this.text === "") this.required(detail);
  }

  /** The text is one of these; the list is shown as it is given. */
  isOneOf(supported: readonly string[]): void {
    if (!supported.includes(this.text)) this.unsupported(supported, this.text);
  }

  /** The text is one of these, and must be there. */
  needsOneOf(supported: readonly string[]): void {
    if (this.text === "") this.required();
    else this.isOneOf(supported);
  }

  /** The number isn't below a limit; 0 when it isn't there. */
  isAtLeast(limit: number): void {
    if (this.number < limit) this.invalid(`must be greater than or equal to ${limit}`, this.number);
  }

  /** The number is in a range, both ends included. */
  isWithin(low: number, high: number): void {
    if (this.number < low || this.number > high) this.invalid(inclusiveRange(low, high), this.number);
  }

  /** The value is another one than before, which it may not be. */
  isUnchanged(same: boolean): void {
    if (!same) this.invalid("field is immutable", this.value ?? null);
  }
}

/** What upstream says of a number out of a range. */
export function inclusiveRange(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}
