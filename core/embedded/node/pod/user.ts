import { CatalystError } from "@catalyst/base/errors";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { fullName } from "./names.ts";

/**
 * Sees that a container which must not run as root doesn't, by its `runAsUser` or else by its image's user. The
 * words are the kubelet's (`verifyRunAsNonRoot`). Throws `container-config-refused`.
 */
export function checkNonRoot(pod: Pod, container: Container, imageUser: string | undefined): void {
  const context = { ...pod.spec.securityContext, ...container.securityContext };
  if (context.runAsNonRoot !== true) return;
  const where = `(pod: "${fullName(pod)}", container: ${container.name})`;
  if (context.runAsUser !== undefined) {
    if (context.runAsUser === 0) throw refused(`container's runAsUser breaks non-root policy ${where}`);
    return;
  }
  const [user = ""] = (imageUser ?? "").split(":");
  if (user !== "" && !/^\d+$/.test(user))
    throw refused(
      `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`,
    );
  // An image that names no user runs as root.
  if (Number(user) === 0) throw refused(`container has runAsNonRoot and image will run as root ${where}`);
}

function refused(message: string): CatalystError {
  return new CatalystError("container-config-refused", message);
}
