import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { isSignedOut } from "../api/cache.ts";
import { queries } from "../api/queries.ts";
import { followStream } from "../api/stream.ts";
import { Mark } from "./mark.tsx";
import { PageProblem } from "./page-problem.tsx";
import { PageSkeleton } from "./page-skeleton.tsx";
import { Shell } from "./shell.tsx";
import { SignInPage } from "./sign-in-page.tsx";

/** Everything: the sign-in page for who isn't signed in, the shell around a page for who is. */
export function Root() {
  const cache = useQueryClient();
  const me = useQuery(queries.me());
  const user = me.data?.user;
  const signedOut = isSignedOut(me.error);
  useEffect(
    () => (user === undefined || signedOut ? undefined : followStream(cache)),
    [cache, user, signedOut],
  );
  if (signedOut) return <SignInPage ended={me.data !== undefined} />;
  if (me.data !== undefined)
    return (
      <Shell me={me.data}>
        <Outlet />
      </Shell>
    );
  return (
    <main className="mx-auto grid max-w-3xl gap-6 p-6">
      <Mark size={36} />
      {me.error === null ? (
        <PageSkeleton />
      ) : (
        <div>
          <PageProblem error={me.error} retry={() => void me.refetch()} />
        </div>
      )}
    </main>
  );
}
