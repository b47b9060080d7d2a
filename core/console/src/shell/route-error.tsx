import { useRouter } from "@tanstack/react-router";
import { ErrorState } from "../design/states.tsx";

/** What a page shows when its own code breaks. */
export function RouteError({ error }: { readonly error: unknown }) {
  const router = useRouter();
  return <ErrorState error={error} retry={() => void router.invalidate()} />;
}
