/** What registries and the way to them fail with, as podman and the kubelet repeat it. */
const failures: readonly (readonly [RegExp, string])[] = [
  [/no such host|connection refused|timed? ?out|unreachable|proxyconnect/i, "can't be reached"],
  [/unauthorized|denied|forbidden/i, "refuses access"],
  [/manifest unknown|name unknown|not found/i, "doesn't have it"],
];

/**
 * Says why an image can't be pulled in a few plain words, out of the chain of causes that the node reports. What
 * isn't known is given by its last link.
 */
export function pullReason(message: string): string {
  const mirrored = /\(Mirrors also failed: \[(.*?)\]\): (.*)$/s.exec(message);
  if (mirrored === null) return whatHappened("its registry", message);
  const [, own = "", upstream = ""] = mirrored;
  return `${whatHappened("this Sovereign's registry", own)}, and ${whatHappened("the one it is published in", upstream)}`;
}

function whatHappened(registry: string, message: string): string {
  const known = failures.find(([pattern]) => pattern.test(message));
  if (known !== undefined) return `${registry} ${known[1]}`;
  const last = message.split(": ").at(-1)?.trim() ?? "";
  return `${registry} gives an error (${last})`;
}
