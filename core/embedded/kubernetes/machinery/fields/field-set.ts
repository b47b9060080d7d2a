/** Most nodes of a set have no members or no children: those share these, which stay empty. */
const noMembers = new Set<string>();
const noChildren = new Map<string, FieldSet>();

/**
 * A set of field paths, kept as a tree. A path element is the text FieldsV1 uses: `f:name` a field,
 * `k:{"name":"web"}` a list item by its keys, `v:"x"` a member of a set. An element may be a member itself and
 * have members below it. Sets handed out are never changed again; operations share what they can.
 */
export class FieldSet {
  #members: Set<string>;
  #children: Map<string, FieldSet>;

  constructor(members: Set<string> = noMembers, children: Map<string, FieldSet> = noChildren) {
    this.#members = members;
    this.#children = children;
  }

  get members(): ReadonlySet<string> {
    return this.#members;
  }

  get children(): ReadonlyMap<string, FieldSet> {
    return this.#children;
  }

  /** Adds a member; only for a set still being built. */
  addMember(element: string): void {
    if (this.#members === noMembers) this.#members = new Set();
    this.#members.add(element);
  }

  /** Puts a set below an element; only for a set still being built. */
  setChild(element: string, child: FieldSet): void {
    if (this.#children === noChildren) this.#children = new Map();
    this.#children.set(element, child);
  }

  get empty(): boolean {
    return this.members.size === 0 && this.children.size === 0;
  }

  /** Adds a path; only for a set still being built. */
  insert(path: readonly string[], length = path.length): void {
    let node: FieldSet = this;
    for (let index = 0; index < length - 1; index++) {
      const element = path[index] as string;
      let child = node.children.get(element);
      if (child === undefined) {
        child = new FieldSet();
        node.setChild(element, child);
      }
      node = child;
    }
    if (length > 0) node.addMember(path[length - 1] as string);
  }

  has(path: readonly string[]): boolean {
    let node: FieldSet | undefined = this;
    for (const element of path.slice(0, -1)) node = node?.children.get(element);
    return node?.members.has(path.at(-1) ?? "") ?? false;
  }

  union(other: FieldSet): FieldSet {
    if (other.empty || other === this) return this;
    if (this.empty) return other;
    const children = new Map(this.children);
    for (const [element, child] of other.children) {
      const own = children.get(element);
      children.set(element, own === undefined ? child : own.union(child));
    }
    return new FieldSet(this.members.union(other.members), children);
  }

  intersection(other: FieldSet): FieldSet {
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children) {
      const match = other.children.get(element);
      if (match !== undefined) keep(children, element, child.intersection(match));
    }
    return new FieldSet(this.members.intersection(other.members), children);
  }

  /** The paths that aren't in `other`. The same set when that is all of them. */
  difference(other: FieldSet): FieldSet {
    return this.#without(other, false);
  }

  /** The paths that neither are in `other` nor lie below one that is. */
  recursiveDifference(other: FieldSet): FieldSet {
    return this.#without(other, true);
  }

  #without(other: FieldSet, below: boolean): FieldSet {
    if (other.empty) return this;
    const members = this.#members.isDisjointFrom(other.members)
      ? this.#members
      : this.#members.difference(other.members);
    let children: Map<string, FieldSet> | undefined;
    for (const [element, child] of this.children) {
      const gone = other.children.get(element);
      const left =
        below && other.members.has(element)
          ? undefined
          : gone === undefined
            ? child
            : child.#without(gone, below);
      if (left === child) continue;
      children ??= new Map(this.children);
      if (left === undefined || left.empty) children.delete(element);
      else children.set(element, left);
    }
    return members === this.#members && children === undefined
      ? this
      : new FieldSet(members, children ?? this.#children);
  }

  equals(other: FieldSet): boolean {
    if (this === other) return true;
    if (this.members.size !== other.members.size || this.children.size !== other.children.size) return false;
    for (const element of this.members) if (!other.members.has(element)) return false;
    for (const [element, child] of this.children) {
      const match = other.children.get(element);
      if (match === undefined || !child.equals(match)) return false;
    }
    return true;
  }

  /** All paths, each a list of elements, in FieldsV1's order. */
  *paths(prefix: readonly string[] = []): Generator<readonly string[]> {
    for (const element of sortedElements(this)) {
      const path = [...prefix, element];
      if (this.members.has(element)) yield path;
      yield* this.children.get(element)?.paths(path) ?? [];
    }
  }
}

/** The set with nothing in it. */
export const emptySet = new FieldSet();

/** Makes a set of paths given as dotted field names: `metadata.labels`. */
export function setOfFields(paths: readonly string[]): FieldSet {
  const set = new FieldSet();
  for (const path of paths) set.insert(path.split(".").map((name) => `f:${name}`));
  return set;
}

function keep(children: Map<string, FieldSet>, element: string, child: FieldSet): void {
  if (!child.empty) children.set(element, child);
}

const elementOrder: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 };

/** A node's elements, members and parents alike, in the order upstream writes them. */
export function sortedElements(set: FieldSet): string[] {
  const all = set.children.size === 0 ? [...set.members] : [...set.members.union(set.children)];
  if (all.length < 2) return all;
  return all.sort((a, b) => {
    const kind = (elementOrder[a[0] as string] ?? 4) - (elementOrder[b[0] as string] ?? 4);
    return kind !== 0 ? kind : a < b ? -1 : a > b ? 1 : 0;
  });
}
