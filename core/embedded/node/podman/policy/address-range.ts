/** A range of IPv4 addresses: the first one as a number, and how many bits are common. */
interface AddressRange {
  readonly first: number;
  readonly bits: number;
}

/** The ranges that are left of one when others are taken out of it; none for IPv6, which no Pod has. */
export function rangesWithout(cidr: string, except: readonly string[]): readonly string[] {
  const whole = parse(cidr);
  if (whole === undefined) return [];
  return except
    .flatMap((each) => parse(each) ?? [])
    .reduce<readonly AddressRange[]>((left, hole) => left.flatMap((range) => without(range, hole)), [whole])
    .map(print);
}

/** Halves a range until what is to be gone is a half of its own. */
function without(range: AddressRange, hole: AddressRange): readonly AddressRange[] {
  if (covers(hole, range)) return [];
  if (!covers(range, hole)) return [range];
  const bits = range.bits + 1;
  const low = { first: range.first, bits };
  const high = { first: range.first + 2 ** (32 - bits), bits };
  return [...without(low, hole), ...without(high, hole)];
}

function covers(wide: AddressRange, narrow: AddressRange): boolean {
  return wide.bits <= narrow.bits && start(narrow.first, wide.bits) === wide.first;
}

function start(address: number, bits: number): number {
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) * size;
}

function parse(cidr: string): AddressRange | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  return { first: start(((a * 256 + b) * 256 + c) * 256 + d, bits), bits };
}

function print({ first, bits }: AddressRange): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${parts.join(".")}/${bits}`;
}
