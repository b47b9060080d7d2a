import { useMutation, useQueryClient } from "@tanstack/react-query";
import { commands, keys } from "../api/queries.ts";

/** Signs out, and forgets everything that was read. */
export function useSignOut() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: commands.signOut,
    onSettled: async () => {
      cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] });
      await cache.resetQueries({ queryKey: keys.me });
    },
  });
}
