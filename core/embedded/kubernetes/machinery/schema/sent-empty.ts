/**
 * The paths of an object's lists and maps that were sent empty. Go tells them from those that weren't sent until the
 * object is stored; JSON and what is stored don't, so they are no fields of the object, and whoever makes it anew of its
 * JSON loses them, as there.
 */
const sentEmpty: unique symbol = Symbol("sent empty");

interface Marked {
  readonly [sentEmpty]?: readonly string[];
}

const none: readonly string[] = [];

/** The paths, as `spec.ingress` or `webhooks[0].rules`; copies made by spreading an object keep them. */
export function sentEmptyOf(object: object): readonly string[] {
  return (object as Marked)[sentEmpty] ?? none;
}

/** Gives the object with these paths noted. */
export function withSentEmpty<Object extends object>(object: Object, paths: readonly string[]): Object {
  return paths.length === 0 ? object : { ...object, [sentEmpty]: paths };
}

/** Gives the object as if nothing of it had been sent empty. */
export function withoutSentEmpty<Object extends object>(object: Object): Object {
  if (!(sentEmpty in object)) return object;
  const { [sentEmpty]: _paths, ...rest } = object as Object & Marked;
  return rest as unknown as Object;
}
