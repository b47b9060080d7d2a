import { useSyncExternalStore } from "react";

let connected = true;
const readers = new Set<() => void>();

/** Tells whether changes arrive as they happen. */
export function setConnected(value: boolean): void {
  if (connected === value) return;
  connected = value;
  for (const reader of readers) reader();
}

export function useConnected(): boolean {
  return useSyncExternalStore(
    (reader) => {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    () => connected,
  );
}
