import { useEffect, useState } from "react";

/** Tells a screen reader which page is shown after a link was followed, as a browser does for a new document. */
export function PageAnnouncer({ path }: { readonly path: string }) {
  const [title, setTitle] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new path is announced
  useEffect(() => {
    const timer = setTimeout(() => setTitle(document.title), 300);
    return () => clearTimeout(timer);
  }, [path]);
  return (
    <div aria-live="polite" className="sr-only">
      {title}
    </div>
  );
}
