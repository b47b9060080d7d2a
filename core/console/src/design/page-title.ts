import { useEffect } from "react";

/** Names the page in the browser's tab; the shell reads the name aloud. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Catalyst`;
  }, [title]);
}
