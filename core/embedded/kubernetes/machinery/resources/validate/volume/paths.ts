import type { Place } from "../../../validate/place.ts";

/** The path doesn't lead up. */
export function checkNoBacksteps(path: Place): void {
  if (path.text.split("/").includes("..")) path.invalid("must not contain '..'");
}

/** The path leads down from where it is used. */
export function checkDescending(path: Place, text: string = path.text): void {
  if (text.startsWith("/")) path.invalid("must be a relative path", text);
  if (text.split("/").includes("..")) path.invalid("must not contain '..'", text);
}

/** The same, and none of the names that a volume's writer keeps for itself. */
export function checkNotReserved(path: Place, text: string = path.text): void {
  checkDescending(path, text);
  if (text.startsWith("..") && !text.startsWith("../")) path.invalid("must not start with '..'", text);
}

/** The permissions of a file, where they are said. */
export function checkMode(mode: Place): void {
  if (!mode.isSet || (mode.number >= 0 && mode.number <= 0o777)) return;
  mode.invalid("must be a number between 0 and 0777 (octal), both inclusive");
}
